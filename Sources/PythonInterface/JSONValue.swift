internal import FileAccess

/// A value that is written as JSON.
enum JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  case null
  case number(Int)
  case text(String)
  case list([JSONValue])
  case object(KeyValuePairs<String, JSONValue>)

  init(stringLiteral text: String) { self = .text(text) }

  init(integerLiteral number: Int) { self = .number(number) }

  static func texts(_ texts: [String]) -> JSONValue { .list(texts.map { .text($0) }) }

  /// The value as JSON, without spaces.
  var json: String {
    switch self {
    case .null: "null"
    case .number(let number): "\(number)"
    case .text(let text): jsonText(text)
    case .list(let values): "[\(values.map(\.json).joined(separator: ","))]"
    case .object(let members):
      "{\(members.map { "\(jsonText($0)):\($1.json)" }.joined(separator: ","))}"
    }
  }
}
