package import EventData
package import FrameCache

/// What samples can be grouped by.
package enum Grouping: Equatable, Sendable {
  /// By class.
  case label
  /// By the values of a column of ``EventData/DataSetSchema/columns``.
  case column(Int)

  /// All that the samples of a data set can be grouped by.
  package static func all(of schema: DataSetSchema) -> [Grouping] {
    [.label] + schema.columns.indices.map { .column($0) }
  }

  /// What it is called, as in `class` or `subject`.
  package func name(in schema: DataSetSchema) -> String {
    switch self {
    case .label: return "class"
    case .column(let place):
      let name = schema.columns[place].name
      return name == "class" ? "class (attribute)" : name
    }
  }
}

extension FrameCache {
  /// What samples are grouped by under a name.
  ///
  /// - Throws: ``FrameCache/FrameCacheError`` with code `content` that says which names there are.
  package func grouping(named name: String) throws(FrameCacheError) -> Grouping {
    let all = Grouping.all(of: schema)
    if let grouping = all.first(where: { $0.name(in: schema) == name }) { return grouping }
    let names = all.map { $0.name(in: schema) }.joined(separator: ", ")
    throw FrameCacheError(
      .content, path, "", "no attribute '\(name)' to group samples by: \(names) expected")
  }
}
