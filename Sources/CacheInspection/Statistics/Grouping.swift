package import EventData
package import FrameCache

/// A criterion by which samples can be grouped.
package enum Grouping: Equatable, Sendable {
  /// By class.
  case label
  /// By the values of a column of ``EventData/DataSetSchema/columns``.
  case column(Int)

  /// All criteria for a data set.
  package static func all(of schema: DataSetSchema) -> [Grouping] {
    [.label] + schema.columns.indices.map { .column($0) }
  }

  /// The criterion's name, as in `class` or `subject`.
  package func name(in schema: DataSetSchema) -> String {
    switch self {
    case .label: return "class"
    case .column(let index):
      let name = schema.columns[index].name
      return name == "class" ? "class (attribute)" : name
    }
  }
}

extension FrameCache {
  /// Finds the criterion of a given name.
  ///
  /// - Throws: ``FrameCache/FrameCacheError`` with code `content` that lists the valid names.
  package func grouping(named name: String) throws(FrameCacheError) -> Grouping {
    let all = Grouping.all(of: schema)
    if let grouping = all.first(where: { $0.name(in: schema) == name }) { return grouping }
    let names = all.map { $0.name(in: schema) }.joined(separator: ", ")
    throw FrameCacheError(
      .content, path, "", "no attribute '\(name)' to group samples by: \(names) expected")
  }
}
