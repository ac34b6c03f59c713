internal import EventData
internal import SystemPackage

extension FrameShape {
  /// Maximum number of columns and of rows in a header: far above every event camera, and so few
  /// that frames of them fit in memory.
  static let maximumStatedSide = 8192

  /// The sensor that a file's header states.
  ///
  /// - Parameters:
  ///   - width: The columns as written; `nil` if missing.
  ///   - height: The rows as written; `nil` if missing.
  ///   - path: The file's name, for messages.
  /// - Returns: `nil` if one of them is missing, 0, or not a number.
  /// - Throws: ``EventData/DataSetError`` if one is above ``maximumStatedSide``.
  static func stated(
    _ width: (some StringProtocol)?, _ height: (some StringProtocol)?, _ path: FilePath
  ) throws(DataSetError) -> FrameShape? {
    guard let width, let height, let columns = sideLength(width), let rows = sideLength(height),
      columns > 0, rows > 0
    else { return nil }
    guard columns <= maximumStatedSide, rows <= maximumStatedSide else {
      throw DataSetError(
        path, .whole,
        "a sensor of at most \(maximumStatedSide)×\(maximumStatedSide) pixels expected, "
          + "\(width.prefix(20))×\(height.prefix(20)) found in the header: copy the file again, or "
          + "correct its header")
    }
    return FrameShape(width: columns, height: rows)
  }

  /// The number that digits stand for; `nil` for anything else.
  private static func sideLength(_ text: some StringProtocol) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text) ?? .max
  }
}
