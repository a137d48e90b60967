/// What the edge has counted of one server since its worker started; a reload begins at zero.
public struct EdgeCounters: Sendable, Hashable, Codable {
    /// The service.
    public var service: String
    /// The slot that the backend belongs to.
    public var backendSlot: Slot
    /// The slot whose container the server is.
    public var slot: Slot
    /// Which of the replicas, from 1; 0 for requests that waited until the first one was up.
    public var replica: Int
    /// How many answers it gave, of any status.
    public var answered: Int
    /// How many of them said that the server failed: 5xx.
    public var serverErrors: Int
    /// How many requests could not be brought to it: connections that failed.
    public var connectionErrors: Int
    /// How many requests it took and did not answer: connections that broke.
    public var brokenAnswers: Int
    /// How long it took to answer on average, in milliseconds, over about the last ``averaged`` answers.
    public var responseTime: Int

    /// Over how many answers the edge's average goes.
    static let averaged = 512

    /// Makes the value.
    public init(
        service: String,
        backendSlot: Slot,
        slot: Slot,
        replica: Int = 1,
        answered: Int = 0,
        serverErrors: Int = 0,
        connectionErrors: Int = 0,
        brokenAnswers: Int = 0,
        responseTime: Int = 0
    ) {
        self.service = service
        self.backendSlot = backendSlot
        self.slot = slot
        self.replica = replica
        self.answered = answered
        self.serverErrors = serverErrors
        self.connectionErrors = connectionErrors
        self.brokenAnswers = brokenAnswers
        self.responseTime = responseTime
    }

    /// Whether two are of the same server.
    func isOf(_ other: EdgeCounters) -> Bool {
        service == other.service && backendSlot == other.backendSlot && slot == other.slot && replica == other.replica
    }

    /// Whether these were counted on from others, and no reload came between.
    func continues(_ earlier: EdgeCounters) -> Bool {
        answered >= earlier.answered && serverErrors >= earlier.serverErrors
            && connectionErrors >= earlier.connectionErrors && brokenAnswers >= earlier.brokenAnswers
    }

    /// How long the answers since an earlier count took on average, in milliseconds; nil when there is none.
    ///
    /// The edge's average still holds what was answered before: another release, while this one was not in the slot.
    /// It forgets one 512th of that with each answer, and less while it has not seen so many, so that the rest can be
    /// taken out.
    func responseTime(since earlier: EdgeCounters) -> Double? {
        guard answered > earlier.answered else { return nil }
        let window = Double(Self.averaged)
        var kept = Double(earlier.answered) / Double(answered)
        if answered > Self.averaged {
            kept = min(1, Double(earlier.answered) / window)
            for _ in max(earlier.answered, Self.averaged)..<answered where kept > 0.0001 { kept *= 1 - 1 / window }
        }
        return max(0, (Double(responseTime) - Double(earlier.responseTime) * kept) / (1 - kept))
    }
}

extension EdgeCounters {
    /// Reads a row of the statistics: the eight columns of an ``EdgeServer``, failed connections, broken answers, the
    /// answers of each hundred, and the average time.
    init?(_ backend: EdgeBackend, row: [Substring]) {
        guard row.count == 17 else { return nil }
        let isHold = row[1] == EdgeBackend.hold(backend.slot)
        guard let (slot, replica) = isHold ? (backend.slot, 0) : EdgeBackend.readServer(row[1]) else { return nil }
        let numbers = row[8...16].map { Int($0) ?? 0 }
        self.init(
            service: backend.service, backendSlot: backend.slot, slot: slot, replica: replica,
            answered: numbers[2...7].reduce(0, +), serverErrors: numbers[6], connectionErrors: numbers[0],
            brokenAnswers: numbers[1], responseTime: numbers[8])
    }
}
