import DeployKitTesting
import FoundationEssentials

/// The table of the deliberate bugs in the documentation.
enum DocumentedMutants {
    /// The invariants that find a deliberate bug, as `docs/simulation.md` says.
    static func invariants(of mutant: Mutant) throws -> [String] {
        let folder = #filePath.dropLast("Tests/DeployKitTests/Simulation/DocumentedMutants.swift".count)
        let text = try String(contentsOfFile: folder + "docs/simulation.md", encoding: .utf8)
        let row = text.split(separator: "\n").first { $0.hasPrefix("| \(mutant.rawValue) |") } ?? ""
        let cells = row.split(separator: "|")
        guard cells.count > 1 else { return [] }
        return cells[1].split(separator: "; ").map { cell in
            cell.split(separator: " ").joined(separator: " ")
        }
    }
}
