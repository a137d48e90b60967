internal import DeployKit
internal import Synchronization

extension FakeHost {
    /// Restarts the edge of all environments: it comes up as the disk says.
    public func restartEdge() {
        change { world in
            for name in world.scopes.keys.sorted() {
                world.scopes[name]?.edge.comeUp()
                world.scopes[name]?.look(at: world.now)
                world.scopes[name]?.sample("edge restart", at: world.now)
            }
        }
    }
}

extension FakeDroplet {
    /// Kills the processes of a store, as `kill -9` does; the engine starts them again by policy.
    public func killStore(_ service: String) {
        change { scope, world in
            for index in scope.stores.indices where scope.stores[index].service.name == service {
                scope.stores[index].die(status: 137, at: world.now)
            }
            scope.sample("kill \(service)", at: world.now)
        }
    }

    /// This runner's connection is gone, as when the droplet reboots.
    func cutOff() { runner.withLock { $0.isCutOff = true } }

    /// Lets this runner's commands have an effect also when the lease has another owner.
    func removeFence() { runner.withLock { $0.isUnfenced = true } }

    /// Whether nothing keeps this runner's commands from having an effect.
    var isUnfenced: Bool { runner.withLock(\.isUnfenced) }

    /// Whether a call of this runner hangs.
    var isHanging: Bool { runner.withLock { $0.hanging > 0 } }

    /// Waits for this runner's turn, where calls take turns.
    func pause() async { await host.pace?(identity) }

    /// Lets the time of a command pass that is ended at its deadline, and returns what its call throws.
    func stall(for time: Duration) -> any Error {
        clock.advance(by: time)
        return ShellError(.deadline, machine: "fake droplet", message: "the command was ended at its deadline")
    }
}
