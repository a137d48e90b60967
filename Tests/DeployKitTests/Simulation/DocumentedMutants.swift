import DeployKitTesting
import FoundationEssentials

/// The table of the deliberate bugs in the documentation.
enum DocumentedMutants {
    /// What the table says of one.
    struct Row {
        /// The invariants that find it.
        var invariants: [String]
        /// The first seed that shows it.
        var seed: UInt64
    }

    /// The row of a deliberate bug in `docs/simulation.md`; nil where there is none.
    static func row(of mutant: Mutant) throws -> Row? {
        let folder = #filePath.dropLast("Tests/DeployKitTests/Simulation/DocumentedMutants.swift".count)
        let text = try String(contentsOfFile: folder + "docs/simulation.md", encoding: .utf8)
        let row = text.split(separator: "\n").first { $0.hasPrefix("| \(mutant.rawValue) |") } ?? ""
        let cells = row.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
        guard cells.count == 3, let seed = UInt64(cells[2]) else { return nil }
        return Row(invariants: cells[1].split(separator: "; ").map(String.init), seed: seed)
    }
}
