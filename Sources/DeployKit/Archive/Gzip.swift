internal import CZlib

/// The gzip format of RFC 1952, by zlib.
///
/// The same bytes always give the same result: no time, no name.
package enum Gzip {
    /// Compresses bytes.
    package static func compressed(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        // Fails only for want of memory or with another zlib than this was compiled for.
        guard deploykit_deflate_init_gzip(&stream, Z_DEFAULT_COMPRESSION) == Z_OK else {
            fatalError("zlib cannot be used")
        }
        defer { deflateEnd(&stream) }
        var result: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        var input = bytes
        input.withUnsafeMutableBufferPointer { input in
            var offset = 0
            var status = Z_OK
            while status != Z_STREAM_END {
                // zlib counts in 32 bits.
                let count = min(input.count - offset, 1 << 30)
                stream.next_in = input.baseAddress.map { $0 + offset }
                stream.avail_in = uInt(count)
                let isLast = offset + count == input.count
                status = piece.withUnsafeMutableBufferPointer { piece in
                    stream.next_out = piece.baseAddress
                    stream.avail_out = uInt(piece.count)
                    return deflate(&stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                }
                offset += count - Int(stream.avail_in)
                result += piece[..<(piece.count - Int(stream.avail_out))]
            }
        }
        return result
    }

    /// Unpacks what one ``compressed(_:)`` packed.
    ///
    /// - Parameters:
    ///   - bytes: The packed bytes.
    ///   - limit: More bytes than that are not taken.
    /// - Returns: The bytes; nil when they were not packed like this, not whole, or too many.
    package static func decompressed(_ bytes: [UInt8], limit: Int = 1 << 28) -> [UInt8]? {
        var stream = z_stream()
        guard bytes.count < 1 << 30, deploykit_inflate_init_gzip(&stream) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var result: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        var input = bytes
        return input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = uInt(input.count)
            var status = Z_OK
            while status == Z_OK, result.count <= limit {
                status = piece.withUnsafeMutableBufferPointer { piece in
                    stream.next_out = piece.baseAddress
                    stream.avail_out = uInt(piece.count)
                    return inflate(&stream, Z_NO_FLUSH)
                }
                result += piece[..<(piece.count - Int(stream.avail_out))]
            }
            return status == Z_STREAM_END && stream.avail_in == 0 ? result : nil
        }
    }
}
