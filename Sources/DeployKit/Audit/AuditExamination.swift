/// Finds out what was done to the lines of an audit trail, and names it.
struct AuditExamination {
    private let expectation: AuditExpectation
    private let key: AuditPublicKey?
    private let declaredKey: AuditPublicKey?
    private var found: [AuditProblem] = []
    private var unreadable: [Int] = []

    /// A line that can be read, with what its signature is worth.
    private struct Line {
        let number: Int
        let entry: AuditEntry
        let record: AuditRecord
        let seal: Seal
    }

    private enum Seal {
        case valid
        case missing
        case otherKey
        case invalid
    }

    init(_ expectation: AuditExpectation, key: AuditPublicKey?, declaredKey: String?) {
        self.expectation = expectation
        self.key = key
        self.declaredKey = declaredKey.flatMap(AuditPublicKey.init)
    }

    /// Examines all lines, the first one of the file first.
    mutating func problems(of lines: [AuditEntry?]) -> [AuditProblem] {
        let chain = onePerNumber(readable(lines))
        checkOrder(chain)
        let sorted = chain.sorted { $0.entry.sequence < $1.entry.sequence }
        checkBeginning(sorted)
        let edited = checkLinks(sorted)
        checkSeals(sorted, edited: edited)
        checkHead(sorted)
        return found.merged()
    }

    private mutating func readable(_ lines: [AuditEntry?]) -> [Line] {
        var seen: [String: Int] = [:]
        var readable: [Line] = []
        for (index, entry) in lines.enumerated() {
            let number = index + 1
            guard let entry, let record = entry.record else {
                unreadable.append(number)
                found.append(AuditProblem(.unreadable, number, "it is no record"))
                continue
            }
            if record.scope != expectation.scope {
                found.append(AuditProblem(.otherEnvironment, number, "it is record \(entry.sequence) of another one"))
            } else if let first = seen[entry.hash] {
                found.append(AuditProblem(.duplicated, entry.sequence, "it is on line \(first) and on line \(number)"))
            } else {
                seen[entry.hash] = number
                readable.append(Line(number: number, entry: entry, record: record, seal: seal(of: entry)))
            }
        }
        return readable
    }

    private func seal(of entry: AuditEntry) -> Seal {
        guard let key else { return entry.signature.isEmpty ? .valid : .invalid }
        if entry.signature.isEmpty { return .missing }
        if entry.isSigned(by: key) { return .valid }
        if let declaredKey, declaredKey != key, entry.isSigned(by: declaredKey) { return .otherKey }
        return .invalid
    }

    /// Of several records with one number, the one that is signed and that the next one follows.
    private mutating func onePerNumber(_ lines: [Line]) -> [Line] {
        let followed = Set(lines.map(\.entry.previous))
        let groups = Dictionary(grouping: lines, by: \.entry.sequence)
        return lines.filter { line in
            guard let rivals = groups[line.entry.sequence], rivals.count > 1 else { return true }
            func weight(_ line: Line) -> Int {
                (line.seal == .valid ? 2 : 0) + (followed.contains(line.entry.hash) ? 1 : 0)
            }
            let best = rivals.map(weight).max()
            guard line.number != rivals.first(where: { weight($0) == best })?.number else { return true }
            let kind: AuditProblem.Kind = line.seal == .valid && key != nil ? .replayed : .inserted
            found.append(
                AuditProblem(
                    kind, line.entry.sequence, "line \(line.number) stands beside the true record of its number"))
            return false
        }
    }

    private mutating func checkOrder(_ lines: [Line]) {
        var last = 0
        for line in lines {
            if line.entry.sequence < last {
                found.append(AuditProblem(.reordered, line.entry.sequence, "it stands after record \(last)"))
            }
            last = max(last, line.entry.sequence)
        }
    }

    private mutating func checkBeginning(_ lines: [Line]) {
        guard let first = lines.first, first.record.chain == nil || !first.entry.previous.isEmpty else { return }
        let missing = unreadable.filter { $0 < first.number }.count
        guard first.entry.sequence > missing + 1 || first.entry.sequence == 1 else { return }
        found.append(
            AuditProblem(.removed, 1...max(1, first.entry.sequence - 1), "the beginning of the chain is missing"))
    }

    /// Returns the numbers of the records that were edited.
    private mutating func checkLinks(_ lines: [Line]) -> Set<Int> {
        var edited: Set<Int> = []
        for (line, next) in zip(lines, lines.dropFirst()) {
            let number = line.entry.sequence
            if next.entry.sequence > number + 1 {
                let between = min(line.number, next.number)...max(line.number, next.number)
                let missing = next.entry.sequence - number - 1
                guard unreadable.filter(between.contains).count < missing else { continue }
                found.append(AuditProblem(.removed, (number + 1)...(next.entry.sequence - 1), "not in the trail"))
            } else if next.entry.previous != line.entry.hash {
                switch (line.seal, next.seal) {
                case (.invalid, _): edited.insert(number)
                case (_, .invalid): edited.insert(number + 1)
                case (.valid, .valid) where key != nil:
                    // One that was put in another's place neither follows nor is followed: named once.
                    if found.last?.kind == .replayed, found.last?.first == number { continue }
                    found.append(
                        AuditProblem(.replayed, number + 1, "it is signed, and follows another record \(number)"))
                default: edited.insert(number)
                }
            }
        }
        return edited
    }

    private mutating func checkSeals(_ lines: [Line], edited: Set<Int>) {
        for line in lines {
            let number = line.entry.sequence
            switch line.seal {
            case _ where edited.contains(number):
                found.append(AuditProblem(.edited, number, "its text is not the one that was written"))
            case .valid: continue
            case .missing: found.append(AuditProblem(.unsigned, number, "no signature"))
            case .otherKey: found.append(AuditProblem(.otherKey, number, "not the environment's key"))
            case .invalid where expectation.head.map { $0.sequence == number && $0 != line.entry.head } ?? false:
                found.append(AuditProblem(.edited, number, "its text is not the one that was written"))
            case .invalid:
                found.append(AuditProblem(.forged, number, "it fits into the chain, and the key never signed it"))
            }
        }
    }

    private mutating func checkHead(_ lines: [Line]) {
        guard let head = expectation.head else { return }
        let last = lines.last?.entry.sequence ?? 0
        if head.sequence > last {
            let after = lines.last?.number ?? 0
            guard unreadable.filter({ $0 > after }).count < head.sequence - last else { return }
            found.append(
                AuditProblem(
                    .truncated, (last + 1)...head.sequence, "cut off: record \(head.sequence) was the head once"))
        } else if let line = lines.first(where: { $0.entry.sequence == head.sequence }), line.entry.head != head,
            !found.contains(where: { ($0.first...$0.last).contains(head.sequence) })
        {
            found.append(AuditProblem(.rewritten, head.sequence, "it was the head once, with another hash"))
        }
    }
}
