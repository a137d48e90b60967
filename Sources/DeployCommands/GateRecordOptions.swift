internal import ArgumentParser

/// What vouches for the gates of the commit that is deployed.
struct GateRecordOptions: ParsableArguments, Sendable {
    @Option(help: "The signed record of the gates, as gate --record writes it.")
    var gateRecord: String?
}
