internal import DeployKitTesting

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Runs simulations: many seeds, one seed with all that happens, or the deliberate bugs.
@main
enum Simulate {
    private static let usage = """
        usage: simulate [--seeds COUNT] [--from SEED] [--width COUNT]   run many scenarios
               simulate --seed SEED [--mutant NAME] [--whole]           show one; shrunk where it fails
               simulate --mutants [--seeds COUNT]                       see that the deliberate bugs are found

        """

    static func main() async {
        var arguments = CommandLine.arguments.dropFirst()
        var values: [String: String] = [:]
        while let name = arguments.popFirst() {
            switch name {
            case "--mutants", "--whole": values[name] = ""
            case "--seeds", "--from", "--width", "--seed", "--mutant": values[name] = arguments.popFirst()
            default: finish(usage, code: 64)
            }
        }
        let mutant = values["--mutant"].flatMap(Mutant.init(rawValue:))
        if let seed = values["--seed"].flatMap(UInt64.init) {
            let text = Simulation.explain(seed, mutant: mutant, isShrinking: values["--whole"] == nil)
            finish(text, code: text.contains("\n✗ ") ? 1 : 0)
        }
        let count = values["--seeds"].flatMap(UInt64.init) ?? 100_000
        let first = values["--from"].flatMap(UInt64.init) ?? 0
        let width = values["--width"].flatMap(Int.init) ?? 2
        if values["--mutants"] != nil {
            let findings = await MutantFinding.all(seeds: first..<first + count, width: width)
            finish(MutantFinding.table(findings), code: findings.allSatisfy { $0.seed != nil } ? 0 : 1)
        }
        let sweep = await Simulation.sweep(first..<first + count, mutant: mutant, width: width) { done in
            if done.isMultiple(of: 10_000) { write("\(done) seeds\n") }
        }
        guard let (seed, _) = sweep.failure else {
            finish("\(sweep.seeds) seeds passed: every invariant held at \(sweep.moments) moments\n", code: 0)
        }
        finish(Simulation.explain(seed, mutant: mutant), code: 1)
    }

    private static func write(_ text: String) {
        print(text, terminator: "")
        fflush(nil)
    }

    private static func finish(_ text: String, code: Int32) -> Never {
        write(text)
        exit(code)
    }
}
