import DeployKit
import FoundationEssentials
import Testing

struct RedactorTests {
    private static let secret = "p/a+s s\"w'o\\r%d&$é0123456789"
    private let redactor = Redactor([Secret(secret)])

    /// A text as another program writes it.
    struct Form: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        var testDescription: String { name }
    }

    static let forms = [
        Form(name: "as it is", text: secret),
        Form(name: "Base64", text: base64(secret)),
        Form(name: "Base64 one byte further", text: base64("x" + secret + "yz")),
        Form(name: "Base64 two bytes further", text: base64("xx" + secret + "y")),
        Form(name: "Base64 for addresses", text: base64(secret).replacing("+", with: "-").replacing("/", with: "_")),
        Form(name: "Base64 without padding", text: base64(secret).replacing("=", with: "")),
        Form(
            name: "Base64 in an address", text: base64(secret).replacing("+", with: "%2B").replacing("/", with: "%2f")),
        Form(name: "percent-encoded", text: percent(secret, uppercase: true, space: "%20")),
        Form(name: "percent-encoded in lower case", text: percent(secret, uppercase: false, space: "%20")),
        Form(name: "a field of a form", text: percent(secret, uppercase: true, space: "+")),
        Form(name: "JSON", text: json(secret)),
        Form(name: "JSON within JSON", text: json(json(secret))),
        Form(name: "JSON in ASCII", text: json(secret).replacing("é", with: #"\u00e9"#)),
        Form(name: "JSON with escaped slashes", text: json(secret).replacing("/", with: #"\/"#)),
        Form(name: "in the quotes of a shell", text: secret.replacing("'", with: #"'\''"#)),
        Form(name: "in other quotes of a shell", text: secret.replacing("'", with: #"'"'"'"#)),
        Form(name: "SQL", text: secret.replacing("'", with: "''")),
        Form(name: "a Compose file", text: secret.replacing("$", with: "$$")),
        Form(
            name: "HTML",
            text: secret.replacing("&", with: "&amp;").replacing("\"", with: "&quot;").replacing("'", with: "&#39;")),
    ]

    @Test(arguments: forms)
    func `a secret is found however it is written`(_ form: Form) {
        let redacted = redactor.redact("before \(form.text), after")
        #expect(redacted.hasPrefix("before "))
        #expect(redacted.hasSuffix(", after"))
        #expect(redacted.contains(Redactor.mark))
        // At most what Base64 shares with the neighbours is left around the mark.
        #expect(redacted.utf8.count <= "before , after".utf8.count + Redactor.mark.utf8.count + 8, "\(redacted)")
    }

    @Test func `each line of a secret is one, but for the frame that all keys have`() {
        let key =
            "-----BEGIN PRIVATE KEY-----\nfirst-line-of-it\n  second-line-of-it\r\nab\n-----END PRIVATE KEY-----\n"
        let redactor = Redactor([Secret(key)])
        #expect(redactor.redact("error in line second-line-of-it.") == "error in line <redacted>.")
        #expect(redactor.redact("-----BEGIN PRIVATE KEY-----") == "-----BEGIN PRIVATE KEY-----")
        #expect(redactor.redact("cab") == "cab")
        #expect(!redactor.redact("1: first-line-of-it\n   2: second-line-of-it").contains("line-of-it"))
    }

    @Test func `a secret of several lines is found where a report indents them`() {
        let redactor = Redactor([Secret("ab\ncd\nef")])
        #expect(redactor.redact("it was ab\n      cd\r\n  ef!") == "it was <redacted>!")
    }

    @Test func `Base64 that a program breaks into lines is found`() {
        let long = (0..<60).map { "word\($0)" }.joined(separator: " ")
        let encoded = Array(Self.base64(long).utf8)
        let lines = stride(from: 0, to: encoded.count, by: 76).map {
            String(decoding: encoded[$0..<min($0 + 76, encoded.count)], as: UTF8.self)
        }
        let redacted = Redactor([Secret(long)]).redact(lines.joined(separator: "\n"))
        #expect(redacted.split(separator: "\n").allSatisfy { $0 == Redactor.mark }, "\(redacted)")
    }

    @Test func `nothing is left of secrets that overlap`() {
        let redactor = Redactor([Secret("abcdefgh"), Secret("efghijkl"), Secret("abcdefghX"), Secret("ijklmnop")])
        #expect(redactor.redact("(abcdefghijklmnop)") == "(<redacted>)")
        #expect(redactor.redact("(abcdefghX)") == "(<redacted>)")
    }

    @Test(arguments: ["", "1", "true", "admin", "8080", "\n\n  \n"])
    func `what is too short to be told from ordinary words stays`(_ text: String) {
        let redactor = Redactor([Secret(text)])
        #expect(redactor.isEmpty)
        #expect(redactor.redact("1 true admin 8080") == "1 true admin 8080")
    }

    @Test func `a value that is part of a name stays, whichever was known first`() {
        let secrets = KnownSecrets([Secret("bankflow"), Secret("bankflow-secret")])
        #expect(secrets.redact("bankflow-staging") == "<redacted>-staging")
        secrets.exempt(["bankflow-staging", "postgres"])
        secrets.learn([Secret("postgres")])
        #expect(
            secrets.redact("postgres of bankflow-staging: bankflow-secret")
                == "postgres of bankflow-staging: <redacted>")
    }

    @Test func `JSON stays JSON`() throws {
        let secrets = ["nabcdef", "\"quoted\"", #"ends with \"#, "line\nbreak"]
        let redactor = Redactor(secrets.map { Secret($0) })
        let texts = secrets + ["\nabcdef", "before " + secrets.joined(separator: " ")]
        for text in texts {
            let redacted = redactor.redact(JSONValue.array([.string(text)]).compactText)
            #expect(redacted.contains(Redactor.mark))
            _ = try JSONValue(parsing: redacted)
        }
    }

    @Test func `a text in pieces is redacted as a whole one, however it is cut`() {
        let redactor = Redactor([Secret(Self.secret), Secret("0123456789ab"), Secret("two\nlines of it")])
        let text = Array(
            ("start " + Self.forms.map(\.text).joined(separator: " | ") + " 0123456789 two\nlines of itnow").utf8)
        let whole = redactor.redact(String(decoding: text, as: UTF8.self))
        var generator = SplitMix(state: 7)
        for _ in 0..<200 {
            var stream = Redactor.Stream(redactor)
            var output: [UInt8] = []
            var index = 0
            while index < text.count {
                let end = min(index + Int.random(in: 1...40, using: &generator), text.count)
                output += stream.append(Array(text[index..<end]))
                index = end
            }
            output += stream.finish()
            let redacted = String(decoding: output, as: UTF8.self)
            #expect(redacted == whole)
        }
    }

    @Test func `a stream holds nothing back that cannot be a secret`() {
        var stream = Redactor.Stream(Redactor([Secret("secret-of-mine")]))
        #expect(String(decoding: stream.append(Array("ready\n".utf8)), as: UTF8.self) == "ready\n")
        #expect(String(decoding: stream.append(Array("my sec".utf8)), as: UTF8.self) == "my ")
        #expect(String(decoding: stream.append(Array("ond".utf8)), as: UTF8.self) == "second")
        #expect(stream.finish().isEmpty)
    }

    @Test func `a value and an error show no secret in any of their texts`() {
        let secrets = KnownSecrets([Secret("sentinel-1")])
        let error = DeployError(
            .droplet, "sentinel-1", evidence: ["a", "sentinel-1"], serving: "sentinel-1", next: "sentinel-1")
        #expect(!"\(error.redacted(by: secrets))".contains("sentinel"))
        let evidence = FailureEvidence(
            probes: [ProbeResult(host: "h", status: 500, detail: "sentinel-1", milliseconds: 1)],
            containers: [
                ContainerStatus(
                    name: "c", service: "c", slot: .blue, release: nil, state: .exited, lastHealthOutput: "sentinel-1")
            ],
            logs: [ContainerLog(container: "c", service: "c", text: "sentinel-1")])
        #expect(!"\(evidence.redacted(by: secrets))".contains("sentinel"))
    }

    private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    private static func json(_ text: String) -> String {
        String(JSONValue.string(text).compactText.dropFirst().dropLast())
    }

    private static func percent(_ text: String, uppercase: Bool, space: String) -> String {
        text.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            if character.isASCII, character.isLetter || character.isNumber { return String(character) }
            if character == " " { return space }
            let digits = String(byte, radix: 16, uppercase: uppercase)
            return "%" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }
}

/// Random numbers that are the same in each run.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
