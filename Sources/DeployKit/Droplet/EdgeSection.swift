/// What the edge's own command printed, as a part of an observation: a failure to read it is a finding.
struct EdgeSection: Sendable {
    /// What was read; nil when it cannot be.
    let reading: EdgeReading?
    /// Why it cannot be read.
    let deviations: [Finding]

    init(_ text: String) {
        do {
            reading = try EdgeReading(text)
            deviations = []
        } catch {
            reading = nil
            let error = DeployError(error)
            deviations = [Finding(.refusal, "edge", error.message, advice: error.next)]
        }
    }
}
