import DeployKit
import Testing

struct ReleaseHistoryTests {
    private func history(_ words: String) -> ReleaseHistory {
        ReleaseHistory(
            words.split(separator: " ").compactMap { word in
                guard let id = Release.ID(rawValue: String(word.dropFirst())) else { return nil }
                return RolloutRecord(
                    action: word.hasPrefix("<") ? .rollback : .deploy, release: id, before: nil,
                    result: word.hasPrefix("!") ? .failed : .succeeded, actor: "a", milliseconds: 1)
            })
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let records: String
        let releases: [String]
        var testDescription: String { records }
    }

    @Test(arguments: [
        Case(records: "+a +b +c", releases: ["a", "b", "c"]),
        Case(records: "+a +b !c", releases: ["a", "b"]),
        Case(records: "+a +b +c <b", releases: ["a", "b"]),
        Case(records: "+a +b +c <b <a", releases: ["a"]),
        Case(records: "+a +b <a +b", releases: ["a", "b"]),
        Case(records: "+a +b +a", releases: ["b", "a"]),
        Case(records: "+a <z", releases: ["a", "z"]),
    ])
    func `a rollback takes off what lies above its target`(_ test: Case) {
        #expect(history(test.records).releases.map(\.rawValue) == test.releases)
    }

    @Test func `a second rollback goes further back and never forward`() throws {
        let serving = try #require(Release.ID(rawValue: "b"))
        #expect(history("+a +b +c <b").release(before: serving)?.rawValue == "a")
    }

    @Test func `a release that served unremembered is where the next one goes back to`() throws {
        let ids = ["a", "b", "c"].compactMap(Release.ID.init(rawValue:))
        func record(_ index: Int, before: Int?) -> RolloutRecord {
            RolloutRecord(
                action: .deploy, release: ids[index], before: before.map { ids[$0] }, result: .succeeded, actor: "a",
                milliseconds: 1)
        }
        let history = ReleaseHistory([record(0, before: nil), record(2, before: 1)])
        #expect(history.releases == ids)
        #expect(history.release(before: ids[2]) == ids[1])
    }
}
