/// What the public is told instead of the application's answers, while an environment is under maintenance.
///
/// The answer is a page with status 503 and a `Retry-After`. Probes of a rollout reach the application all the same.
public struct Maintenance: Sendable, Hashable, Codable {
    /// The page: HTML, without line breaks.
    public private(set) var page: String
    /// When a client may ask again, in seconds.
    public var retryAfter: Int
    /// Why, for those who look at the status; never shown to the public.
    public var reason: String

    /// How long a page may be, in bytes: HAProxy takes an answer from one buffer.
    public static let pageLimit = 8 << 10
    /// What visitors read unless somebody says otherwise.
    public static let defaultMessage =
        "We are doing maintenance and will be back soon. Estamos em manutenção e voltamos em breve."

    /// Makes a maintenance whose page is a message.
    ///
    /// - Parameters:
    ///   - message: What visitors read, as plain text.
    ///   - retryAfter: When a client may ask again, in seconds; at least 1.
    ///   - reason: Why, for those who look at the status.
    public init(message: String = defaultMessage, retryAfter: Int = 120, reason: String = "") {
        self.page = Self.page(of: message)
        self.retryAfter = max(retryAfter, 1)
        self.reason = reason
    }

    /// Makes a maintenance with a page of one's own.
    ///
    /// - Parameters:
    ///   - html: The page; its line breaks become spaces.
    ///   - retryAfter: When a client may ask again, in seconds; at least 1.
    ///   - reason: Why, for those who look at the status.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` when the page is empty or too long.
    public init(html: String, retryAfter: Int = 120, reason: String = "") throws(DeployError) {
        let page = html.onOneLine
        guard !page.isEmpty, page.utf8.count <= Self.pageLimit else {
            throw DeployError(
                .refused,
                page.isEmpty
                    ? "the maintenance page is empty"
                    : "the maintenance page has \(page.utf8.count) bytes; the edge takes \(Self.pageLimit)",
                next: "Shorten it: pictures belong elsewhere, and not on this droplet.")
        }
        self.page = page
        self.retryAfter = max(retryAfter, 1)
        self.reason = reason
    }

    private static func page(of message: String) -> String {
        let text = String(message.prefix(1000)).onOneLine.escapedForHTML
        return #"<!doctype html><html><head><meta charset="utf-8"><meta name="robots" content="noindex">"#
            + #"<meta name="viewport" content="width=device-width"><title>503</title></head>"#
            + #"<body style="font:18px/1.5 sans-serif;margin:20vh auto;max-width:32em;padding:0 1em">"#
            + "<p>\(text)</p></body></html>"
    }
}

extension String {
    /// The text with a space in the place of each run of line breaks and other control characters.
    fileprivate var onOneLine: String {
        unicodeScalars.split { $0.value < 32 || $0.value == 127 }.map { String($0) }.joined(separator: " ")
    }

    /// The text as HTML shows it, whatever it holds.
    fileprivate var escapedForHTML: String {
        replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}
