import DeployKit
import Testing

struct TarArchiveTests {
    @Test func `the real tar and gzip unpack what was packed`() async throws {
        let long = String(repeating: "long-name/", count: 30) + "ü.txt"
        var archive = TarArchive()
        archive.addDirectory("etc", mode: 0o750)
        archive.addFile("etc/a b.conf", Array("hello\n".utf8), mode: 0o640)
        archive.addFile("run.sh", Array("#!/bin/sh\n".utf8), mode: 0o755)
        archive.addFile("empty", [])
        archive.addFile("block", [UInt8](repeating: 7, count: 512))
        archive.addFile(long, Array("deep".utf8))
        archive.addSymbolicLink("link", to: "etc/a b.conf")
        archive.addSymbolicLink("far", to: long)
        let listing = try await LocalShell().run(
            .script(
                #"""
                d=$(mktemp -d)
                trap 'rm -r "$d"' EXIT
                tar -xpzf - -C "$d"
                cd "$d"
                stat -c '%n %a %Y' etc 'etc/a b.conf' run.sh
                wc -c empty block | head -n 2
                cat "$1"; echo; cat link; readlink far
                """#, [long], input: Secret(bytes: Gzip.compressed(archive.bytes))))
        #expect(listing.errorOutput == "")
        #expect(
            listing.output == """
                etc 750 946684800
                etc/a b.conf 640 946684800
                run.sh 755 946684800
                  0 empty
                512 block
                deep
                hello
                \(long)

                """)
    }

    @Test func `the same entries give the same bytes`() {
        func packed() -> [UInt8] {
            var archive = TarArchive()
            archive.addFile("a", [1, 2, 3])
            return Gzip.compressed(archive.bytes)
        }
        #expect(packed() == packed())
    }

    @Test(arguments: [0, 1, 65536, 1_000_003])
    func `gzip gives back what was compressed`(count: Int) async throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
        let command = Command.script("gzip -dc | sha256sum", input: Secret(bytes: Gzip.compressed(bytes)))
        #expect(try await LocalShell().output(of: command).hasPrefix(SHA256.hash(bytes).hexadecimal))
    }
}
