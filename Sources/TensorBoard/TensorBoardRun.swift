package import SystemPackage

/// The value of a step.
package struct TensorBoardPoint: Equatable, Sendable {
  /// The step.
  package let step: Int64
  /// The value.
  package let value: Float
  /// The time of writing, in seconds since 1970.
  package let wallTimeSeconds: Double
}

/// Reads all event files of a folder, as TensorBoard does: in the order of their names, and without
/// records that a process voided by resuming from an earlier step.
///
/// - Returns: The points of each tag, in the order of writing; empty without event files.
/// - Throws: ``TensorBoardError`` when a file cannot be read or is damaged.
package func readTensorBoardRun(
  _ directory: FilePath
) throws(TensorBoardError) -> [String: [TensorBoardPoint]] {
  var points: [String: [TensorBoardPoint]] = [:]
  for path in try eventFiles(in: directory) {
    for event in try TensorBoardEvents(reading: path).events {
      switch event.content {
      case .scalars(let scalars):
        for scalar in scalars {
          points[scalar.tag, default: []].append(
            TensorBoardPoint(
              step: event.step, value: scalar.value, wallTimeSeconds: event.wallTimeSeconds))
        }
      case .restart:
        for tag in points.keys { points[tag]?.removeAll { $0.step >= event.step } }
      case .fileVersion, .other: break
      }
    }
  }
  return points
}
