internal import EventData
internal import FrameCache

/// What is told of a sample, as JSON: a number or a text.
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
  /// Attributes by name; `nil` in a cache of version 1, whose samples have two known ones.
  func attributeValues(of record: SampleRecord) -> [String: AttributeJSON]? {
    guard formatVersion > 1 else { return nil }
    return Dictionary(
      zip(schema.columns.map(\.name), record.attributes.map(AttributeJSON.init)),
      uniquingKeysWith: { first, _ in first })
  }

  /// The subject's number, where samples have one.
  func subject(of record: SampleRecord) -> Int? {
    guard let place = schema.column("subject"), case .integer(let value) = record.attributes[place]
    else { return nil }
    return Int(value)
  }

  /// The lighting, where samples have one.
  func lighting(of record: SampleRecord) -> String? {
    guard let place = schema.column("lighting"), case .text(let value) = record.attributes[place]
    else { return nil }
    return value
  }
}
