internal import EventData
internal import SystemPackage

/// Warnings about which samples a data set of class folders has.
extension DataSetWarning {
  /// Classes without samples of a split, one warning for each split.
  ///
  /// - Parameters:
  ///   - names: The classes, by label.
  ///   - recordings: The recordings with their samples.
  ///   - path: The data set's folder or table.
  static func emptyClasses(
    _ names: [String], _ recordings: [Recording], _ path: FilePath
  ) -> [DataSetWarning] {
    DataSetSplit.allCases.compactMap { split in
      let labels = Set(
        recordings.filter { $0.split == split }.flatMap { $0.samples.map(\.label) })
      let empty = names.indices.filter { !labels.contains($0) }.map { names[$0] }
      if empty.isEmpty { return nil }
      let part = split == .train ? "training" : "test"
      let more = empty.count > 5 ? " and \(empty.count - 5) more" : ""
      return DataSetWarning(
        path, .whole,
        "\(empty.count) \(empty.count == 1 ? "class" : "classes") without \(part) samples: "
          + empty.prefix(5).joined(separator: ", ") + more)
    }
  }

  /// Other numbers of samples than those of the whole published data set; `nil` for those.
  ///
  /// - Parameters:
  ///   - recordings: The recordings, each a sample.
  ///   - expected: The numbers of the whole data set.
  ///   - path: The data set's folder.
  static func otherTotals(
    _ recordings: [Recording], than expected: (train: Int, test: Int), _ path: FilePath
  ) -> DataSetWarning? {
    let train = recordings.count { $0.split == .train }
    let test = recordings.count { $0.split == .test }
    if (train, test) == expected { return nil }
    return DataSetWarning(
      path, .whole,
      "\(train) training and \(test) test samples; the whole data set has \(expected.train) and "
        + "\(expected.test)")
  }
}
