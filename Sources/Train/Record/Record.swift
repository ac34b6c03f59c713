internal import FoundationEssentials

/// Named values: a JSON object in the metadata of a checkpoint.
///
/// An accessor throws a ``Defect`` that names the value if it is missing or invalid.
struct Record: Equatable, Sendable {
  /// A missing or invalid value.
  struct Defect: Error {
    let name: String
    let detail: String
  }

  private(set) var values: [String: RecordValue] = [:]

  /// Creates an empty record.
  init() {}

  /// Decodes a record.
  ///
  /// - Parameter name: The name of the record, for errors.
  init(json: String, name: String) throws(Defect) {
    do {
      values = try JSONDecoder().decode([String: RecordValue].self, from: Data(json.utf8))
    } catch {
      throw Defect(name: name, detail: "a JSON object of plain values expected")
    }
  }

  /// The record as one line of JSON, sorted by name.
  var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(values) else {
      preconditionFailure("a value that is not finite in \(values)")
    }
    return String(decoding: data, as: UTF8.self)
  }

  subscript(name: String) -> RecordValue? {
    get { values[name] }
    set { values[name] = newValue }
  }

  func integer(_ name: String, in range: ClosedRange<Int>) throws(Defect) -> Int {
    guard case .integer(let value) = values[name], value <= UInt64(Int.max),
      range.contains(Int(value))
    else { throw defect(name, "\(range.lowerBound) to \(range.upperBound)") }
    return Int(value)
  }

  func unsignedInteger(_ name: String) throws(Defect) -> UInt64 {
    guard case .integer(let value) = values[name] else { throw defect(name, "a whole number") }
    return value
  }

  func number(
    _ name: String, _ expected: String = "a number",
    where isAllowed: (Double) -> Bool = { _ in true }
  ) throws(Defect) -> Double {
    let value: Double? =
      switch values[name] {
      case .integer(let value): Double(value)
      case .number(let value): value
      default: nil
      }
    guard let value, value.isFinite, isAllowed(value) else { throw defect(name, expected) }
    return value
  }

  func optionalNumber(_ name: String) throws(Defect) -> Double? {
    values[name] == .absent ? nil : try number(name)
  }

  func flag(_ name: String) throws(Defect) -> Bool {
    guard case .flag(let value) = values[name] else { throw defect(name, "true or false") }
    return value
  }

  func text(_ name: String) throws(Defect) -> String {
    guard case .text(let value) = values[name] else { throw defect(name, "a text") }
    return value
  }

  /// The value of a text that must be one of `choices`.
  func choice<Value>(_ name: String, _ choices: [(text: String, value: Value)]) throws(Defect)
    -> Value
  {
    if case .text(let text) = values[name],
      let choice = choices.first(where: { $0.text == text })
    {
      return choice.value
    }
    throw defect(name, choices.map(\.text).joined(separator: ", "))
  }

  private func defect(_ name: String, _ expected: String) -> Defect {
    Defect(
      name: name, detail: "\(expected) expected, \(values[name].map { "\($0)" } ?? "nothing") found"
    )
  }
}
