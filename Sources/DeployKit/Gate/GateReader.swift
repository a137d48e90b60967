/// How what a gate's command prints is read.
public enum GateReader: String, Sendable, Hashable, Codable {
    /// Only whether it ended with status 0.
    case exitStatus
    /// `cargo fmt --check`.
    case cargoFormat
    /// `cargo clippy --message-format json`, or any other command of cargo with that option.
    case clippy
    /// `cargo test`.
    case cargoTest
    /// `cargo deny --format json`.
    case cargoDeny
    /// `cargo audit --json`.
    case cargoAudit

    /// What a command found.
    ///
    /// - Parameter output: What it printed, to both of its outputs.
    /// - Returns: The findings, in the order in which it printed them.
    public func findings(in output: String) -> [GateFinding] {
        switch self {
        case .exitStatus: []
        case .cargoFormat: CargoFormatOutput.findings(in: output.withoutEscapes)
        case .clippy: CargoMessages.findings(in: output)
        case .cargoTest: CargoTestOutput.findings(in: output.withoutEscapes)
        case .cargoDeny: CargoDenyOutput.findings(in: output)
        case .cargoAudit: CargoAuditOutput.findings(in: output)
        }
    }

    /// The lines of an output that a person has use for, where nothing was found in it.
    func readable(_ output: String) -> [String] {
        output.withoutEscapes.split(separator: "\n").map(String.init).filter {
            self == .exitStatus || !$0.hasPrefix("{")
        }
    }
}

extension String {
    /// The text without the escape sequences that colour a terminal.
    var withoutEscapes: String {
        guard utf8.contains(0x1b) else { return self }
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            switch (byte, rest.first) {
            case (0x1b, UInt8(ascii: "[")?):
                // A control sequence ends with the first byte that is a letter or one of a few signs.
                rest = rest.dropFirst().drop { !(0x40...0x7e).contains($0) }.dropFirst()
            case (0x1b, UInt8(ascii: "(")?):
                // Which characters follow: one byte says it.
                rest = rest.dropFirst(2)
            default:
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
