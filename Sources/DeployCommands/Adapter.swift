public import DeployKit

/// The command line of one environment.
public enum Adapter {
    /// Runs the command that the arguments name.
    public static func main(_ environment: Environment) async {}
}
