extension DeployError {
    /// The error of a run that is over: one that was cancelled says that it left nothing held.
    ///
    /// - Parameter isCancelled: Whether somebody cancelled the run. Where nobody did, its work was cancelled because the
    ///   connection that held the lease ended.
    /// - Returns: The error as a person has to see it.
    package func ofEndedRun(isCancelled: Bool) -> DeployError {
        guard code == .cancelled else { return self }
        guard isCancelled else {
            var lost = DeployError(LeaseError.lost(evidence: ""))
            lost.evidence = evidence
            lost.serving = "what served when the connection was lost, unless another run took over since"
            return lost
        }
        var error = self
        error.message += "; it holds no lease any more"
        if error.serving.isEmpty { error.serving = "what served before serves; nothing was changed" }
        if error.next.isEmpty { error.next = "Run the same command again; status shows what serves." }
        return error
    }
}
