public import DeployKit

/// A service's OpenAPI 3.0 document, against which requests and answers are held.
///
/// Knows what such documents use to say what JSON looks like: references, types, properties, enumerations, lengths and
/// combinations. Formats of texts are not looked at.
public struct OpenAPIDocument: Sendable {
    private let root: JSONValue

    /// Reads a document.
    ///
    /// - Throws: ``JSONError`` when the text is no JSON.
    public init(json text: String) throws(JSONError) {
        root = try JSONValue(parsing: text)
    }

    /// What is wrong with a request, a line each; empty when the document allows it.
    public func problems(ofRequest method: String, _ path: String, body: JSONValue?) -> [String] {
        guard let operation = operation(method, path) else { return ["\(method) \(path) is no operation"] }
        var problems = queryProblems(operation, path)
        let schema = operation["requestBody"]?["content"]?["application/json"]?["schema"]
        switch (body, schema) {
        case (let body?, let schema?): problems += self.problems(of: body, schema, at: "body", isStrict: true)
        case (_?, nil): problems.append("\(method) \(path) takes no body")
        case (nil, _?) where operation["requestBody"]?["required"] == true:
            problems.append("\(method) \(path) needs a body")
        default: break
        }
        return problems
    }

    /// What is wrong with an answer, a line each; empty when the document allows it.
    public func problems(ofAnswer status: Int, to method: String, _ path: String, body: JSONValue?) -> [String] {
        guard let operation = operation(method, path) else { return ["\(method) \(path) is no operation"] }
        guard let answer = operation["responses"]?[String(status)] else {
            // What a service answers to a fault of its own is in no document.
            return status < 300 ? ["\(method) \(path) does not answer \(status)"] : []
        }
        guard let schema = answer["content"]?["application/json"]?["schema"] else { return [] }
        return problems(of: body ?? .null, schema, at: "answer", isStrict: false)
    }

    /// The operation of a path with its values in it.
    private func operation(_ method: String, _ path: String) -> JSONValue? {
        let parts = path.prefix { $0 != "?" }.split(separator: "/")
        let template = root["paths"]?.members.keys.first { template in
            let names = template.split(separator: "/")
            return names.count == parts.count
                && zip(names, parts).allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") || $0 == $1 }
        }
        return template.flatMap { root["paths"]?[$0]?[method.lowercased()] }
    }

    private func queryProblems(_ operation: JSONValue, _ path: String) -> [String] {
        let known = Dictionary(
            (operation["parameters"]?.elements ?? []).filter { $0["in"]?.string == "query" }
                .map { ($0["name"]?.string ?? "", $0["schema"]) }, uniquingKeysWith: { first, _ in first })
        let query = path.drop { $0 != "?" }.dropFirst()
        return query.split(separator: "&").flatMap { pair -> [String] in
            let words = pair.split(separator: "=", maxSplits: 1).map(String.init)
            guard let schema = known[words[0]] else { return ["the query has no \(words[0])"] }
            let text = words.count > 1 ? words[1] : ""
            let isNumber = schema?["type"]?.string == "integer"
            let value = isNumber ? Int(text).map(JSONValue.integer) ?? .string(text) : JSONValue.string(text)
            return schema.map { problems(of: value, $0, at: words[0], isStrict: true) } ?? []
        }
    }

    // Strict: a member that the schema does not name is a problem in what is sent, since it is misspelt; not in an
    // answer, to which a service may add.
    private func problems(of value: JSONValue, _ schema: JSONValue, at place: String, isStrict: Bool) -> [String] {
        if let reference = schema["$ref"]?.string {
            let name = reference.split(separator: "/").last.map(String.init) ?? ""
            guard let target = root["components"]?["schemas"]?[name] else { return ["\(reference) is not there"] }
            return problems(of: value, target, at: place, isStrict: isStrict)
        }
        if value == .null, schema["nullable"] == true { return [] }
        var problems: [String] = []
        for part in schema["allOf"]?.elements ?? [] {
            problems += self.problems(of: value, part, at: place, isStrict: isStrict)
        }
        for key in ["anyOf", "oneOf"] {
            guard let choices = schema[key]?.elements else { continue }
            let fits = choices.contains { self.problems(of: value, $0, at: place, isStrict: isStrict).isEmpty }
            if !fits { problems.append("\(place) fits none of \(key)") }
        }
        if let allowed = schema["enum"]?.elements, !allowed.contains(value) {
            problems.append("\(place) is none of \(allowed.compactMap(\.text).joined(separator: ", "))")
        }
        if let limit = schema["maxLength"]?.integer, let text = value.string, text.count > limit {
            problems.append("\(place) has more than \(limit) characters")
        }
        switch (schema["type"]?.string, value) {
        case ("object", .object(let members)):
            problems += memberProblems(members, schema, at: place, isStrict: isStrict)
        case ("array", .array(let elements)):
            guard let items = schema["items"] else { break }
            for (index, element) in elements.enumerated() {
                problems += self.problems(of: element, items, at: "\(place)[\(index)]", isStrict: isStrict)
            }
        case (nil, _), ("string", .string), ("integer", .integer), ("boolean", .bool), ("number", .integer),
            ("number", .double):
            break
        case (let type?, _):
            problems.append("\(place) is no \(type)")
        }
        return problems
    }

    private func memberProblems(
        _ members: [String: JSONValue], _ schema: JSONValue, at place: String, isStrict: Bool
    ) -> [String] {
        var problems = (schema["required"]?.elements ?? []).compactMap(\.string)
            .filter { members[$0] == nil }.map { "\(place) has no \($0)" }
        let known = schema["properties"]?.members ?? [:]
        let isOpen = known.isEmpty || (schema["additionalProperties"] ?? false) != false
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            if let schema = known[name] {
                problems += self.problems(of: value, schema, at: "\(place).\(name)", isStrict: isStrict)
            } else if isStrict, !isOpen {
                problems.append("\(place) has an unknown \(name)")
            }
        }
        return problems
    }
}
