internal import EventData
internal import FrameCache

/// The value of a sample's attribute as JSON: a number or a string.
struct AttributeJSON: Encodable {
  private let value: AttributeValue

  init(_ value: AttributeValue) { self.value = value }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch value {
    case .integer(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    }
  }
}

extension FrameCache {
  /// Attributes by name; `nil` in a cache of version 1, whose samples have subject and lighting
  /// only.
  func attributeValues(of record: SampleRecord) -> [String: AttributeJSON]? {
    guard formatVersion > 1 else { return nil }
    return Dictionary(
      zip(schema.columns.map(\.name), record.attributes.map(AttributeJSON.init)),
      uniquingKeysWith: { first, _ in first })
  }

  /// The subject's number; `nil` where the cache has no subjects.
  func subject(of record: SampleRecord) -> Int? {
    guard let column = schema.column("subject"),
      case .integer(let value) = record.attributes[column]
    else { return nil }
    return Int(value)
  }

  /// The lighting; `nil` where the cache has none.
  func lighting(of record: SampleRecord) -> String? {
    guard let column = schema.column("lighting"), case .text(let value) = record.attributes[column]
    else { return nil }
    return value
  }
}
