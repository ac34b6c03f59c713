internal import EventData
package import FrameCache

extension FrameCache {
  /// What is told of a sample, as in `subject 1, led`; empty where nothing is.
  ///
  /// A text that is the only one says itself what it is.
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
    isGestureDataSet ? "\(label + 1) \(schema.className(label))" : schema.className(label)
  }
}
