import DeployKit
import Testing

struct GzipTests {
    @Test(arguments: [0, 1, 100, 65_536, 1_000_000])
    func `gives back what it packed`(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 / 7) }
        let packed = Gzip.compressed(bytes)
        #expect(Gzip.decompressed(packed) == bytes)
        #expect(Gzip.decompressed(packed.dropLast()) == nil)
        #expect(Gzip.decompressed(packed + [0]) == nil)
    }

    @Test func `takes nothing that is not packed, or too much`() {
        #expect(Gzip.decompressed(Array("no gzip".utf8)) == nil)
        #expect(Gzip.decompressed(Gzip.compressed([UInt8](repeating: 0, count: 1 << 20)), limit: 1 << 16) == nil)
    }
}

extension Gzip {
    fileprivate static func decompressed(_ bytes: ArraySlice<UInt8>) -> [UInt8]? { decompressed(Array(bytes)) }
}
