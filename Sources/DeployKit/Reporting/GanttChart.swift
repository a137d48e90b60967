/// When what happened, as bars on a line of time.
public struct GanttChart: Sendable, Hashable {
    /// Something that took its time.
    public struct Bar: Sendable, Hashable {
        /// How it ended.
        public enum State: Sendable, Hashable {
            /// It was done.
            case done
            /// It failed.
            case failed
            /// It took something back.
            case undone
        }

        /// What it is a part of.
        public var section: String
        /// What it is, in a word or two.
        public var name: String
        /// When it began, from the start of the whole.
        public var start: Duration
        /// How long it took.
        public var duration: Duration
        /// How it ended.
        public var state: State

        /// Makes a bar.
        public init(_ name: String, in section: String, start: Duration, duration: Duration, state: State = .done) {
            self.name = name
            self.section = section
            self.start = start
            self.duration = duration
            self.state = state
        }
    }

    /// The heading.
    public var title: String
    /// The bars, in the order of their beginnings.
    public var bars: [Bar]

    /// Makes a chart.
    public init(_ title: String, _ bars: [Bar] = []) {
        self.title = title
        self.bars = bars
    }

    /// The chart in the language of Mermaid, which GitHub draws.
    public var mermaid: String {
        // The times are milliseconds since 1970, and the axis shows minutes and seconds of them.
        var text =
            "gantt\n    title \(Self.plain(title))\n    dateFormat x\n    axisFormat %M:%S\n    todayMarker off\n"
        var section = ""
        for bar in bars {
            if bar.section != section { text += "    section \(Self.plain(bar.section))\n" }
            section = bar.section
            let tag =
                switch bar.state {
                case .done: "done, "
                case .failed: "crit, "
                case .undone: "active, "
                }
            // A bar of no length is not drawn.
            let length = max(bar.duration.milliseconds, 1)
            let name = Self.plain("\(bar.name) \(bar.duration.inWords)")
            text += "    \(name) :\(tag)\(bar.start.milliseconds), \(length)ms\n"
        }
        return text
    }

    /// A text without what means something to Mermaid.
    private static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    let isPlain = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    return isPlain || " -_./".unicodeScalars.contains(scalar) ? scalar : " "
                }))
    }
}
