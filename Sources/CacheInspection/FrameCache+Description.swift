internal import EventData
package import FrameCache

extension FrameCache {
  /// Describes a sample's attributes, as in `subject 1, led`; empty if it has none.
  ///
  /// The column's name is omitted for the only text column, whose values explain themselves.
  package func attributeText(of record: SampleRecord) -> String {
    let textCount = schema.columns.count { $0.kind == .text }
    return zip(schema.columns, record.attributes).compactMap { column, value in
      let text = value.description
      if text.isEmpty { return nil }
      return column.kind == .text && textCount == 1 ? text : "\(column.name) \(text)"
    }.joined(separator: ", ")
  }

  /// The name of a class as pages show it: with its number in DVS128 Gesture, whose own files
  /// number classes from 1.
  func classTitle(_ label: Int) -> String {
    isGestureDataSet ? classNames.text(of: label) : schema.className(label)
  }
}
