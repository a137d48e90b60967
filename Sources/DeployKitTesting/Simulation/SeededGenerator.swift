/// Random numbers that follow from a seed alone: SplitMix64, the same on every machine.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Makes the generator of a seed.
    package init(seed: UInt64) {
        state = seed
    }

    /// The next number.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// A number below a limit.
    mutating func number(below limit: Int) -> Int { Int(next() % UInt64(limit)) }

    /// Whether something of so many percent happens.
    mutating func happens(_ percent: Int) -> Bool { number(below: 100) < percent }

    /// One of some elements.
    mutating func pick<Element>(_ elements: Element...) -> Element { elements[number(below: elements.count)] }
}
