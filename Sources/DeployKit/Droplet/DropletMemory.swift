internal import Synchronization

/// What a leased droplet remembers of its own reads, to spare others.
///
/// A class since the droplet is a value that is handed around; it only saves work, and nothing is decided by it.
final class DropletMemory: Sendable {
    private struct Contents {
        var looks: [Slot: (health: SlotHealth, fingerprint: String)] = [:]
        var listeners: EdgeListeners?
        var edge: EdgeReading?
    }

    private let contents = Mutex(Contents())

    /// What the droplet called a look at a slot; empty when it was not the last one.
    func fingerprint(of health: SlotHealth?, in slot: Slot) -> String {
        contents.withLock { contents in
            guard let look = contents.looks[slot], look.health == health else { return "" }
            return look.fingerprint
        }
    }

    /// Keeps a look at a slot.
    func keep(_ health: SlotHealth, fingerprint: String, of slot: Slot) {
        contents.withLock { $0.looks[slot] = (health, fingerprint) }
    }

    /// What was observed of the edge; nil before it was.
    var edge: EdgeReading? { contents.withLock { $0.edge } }

    /// Keeps what was observed of the edge; nil when it could not be read.
    func keep(_ edge: EdgeReading?) {
        contents.withLock { $0.edge = edge }
    }

    /// Where the edge listens for probes; nil before that is known.
    var listeners: EdgeListeners? { contents.withLock { $0.listeners } }

    /// Keeps where the edge listens for probes; nil when that may have changed.
    func keep(_ listeners: EdgeListeners?) {
        contents.withLock { $0.listeners = listeners }
    }
}
