extension DeployError {
    /// The error of a run that is over: one that was cancelled says that it left nothing held.
    var ofEndedRun: DeployError {
        guard code == .cancelled else { return self }
        var error = self
        error.message += "; it holds no lease any more"
        if error.serving.isEmpty { error.serving = "what served before serves; nothing was changed" }
        if error.next.isEmpty { error.next = "Run the same command again; status shows what serves." }
        return error
    }
}
