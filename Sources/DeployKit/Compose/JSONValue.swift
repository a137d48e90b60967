/// A JSON value: what `docker compose config --format json` prints, and what a rendered project is written as.
///
/// Compose has many more keys than DeployKit decides about; a value keeps those that it does not know.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without a fraction.
    case integer(Int)
    /// Any other number.
    case double(Double)
    /// A text.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// Values by key; rendered in the order of the keys.
    case object([String: JSONValue])

    /// The value of a key; nil when this is no object, or has no such key, or `null` there.
    public subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self, let value = members[key], value != .null else { return nil }
        return value
    }

    /// The members of an object; empty for every other value.
    public var members: [String: JSONValue] {
        guard case .object(let members) = self else { return [:] }
        return members
    }

    /// The elements of an array; empty for every other value.
    public var elements: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// The text of a string; nil for every other value.
    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The text of a string, a number or a truth value, as Compose would read it; nil for every other value.
    public var text: String? {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .double(let number): String(number)
        case .bool(let bool): String(bool)
        case .null, .array, .object: nil
        }
    }

    /// A whole number, also one that is written as a text; nil for every other value.
    public var integer: Int? {
        switch self {
        case .integer(let number): number
        case .string(let text): Int(text)
        case .null, .bool, .double, .array, .object: nil
        }
    }

    /// A truth value; nil for every other value.
    public var bool: Bool? {
        guard case .bool(let bool) = self else { return nil }
        return bool
    }

    /// All texts in this value, at any depth; keys are not among them.
    var allStrings: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(\.allStrings)
        case .object(let members): members.values.flatMap(\.allStrings)
        case .null, .bool, .integer, .double: []
        }
    }

    /// The same value with every text in it passed through a function; keys too, where asked.
    func mapStrings(keys: Bool = false, _ transform: (String) -> String) -> JSONValue {
        switch self {
        case .string(let text): .string(transform(text))
        case .array(let elements): .array(elements.map { $0.mapStrings(keys: keys, transform) })
        case .object(let members):
            .object(
                Dictionary(
                    members.map { (keys ? transform($0.key) : $0.key, $0.value.mapStrings(keys: keys, transform)) },
                    uniquingKeysWith: { first, _ in first }))
        case .null, .bool, .integer, .double: self
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Makes a text.
    public init(stringLiteral value: String) { self = .string(value) }

    /// Makes a truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// Makes a whole number.
    public init(integerLiteral value: Int) { self = .integer(value) }

    /// Makes a list.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// Makes an object; of two equal keys the first counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { first, _ in first }))
    }
}
