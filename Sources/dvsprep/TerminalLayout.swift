/// How large frames are drawn in a terminal, and how many side by side.
struct TerminalLayout: Equatable {
  /// The width and height, in pixels, of the blocks that are drawn as one cell.
  let block: Int
  /// The number of frames in a row.
  let columnCount: Int
  /// The width of a frame and its caption, in characters; two more separate it from the next.
  let slotWidth: Int

  /// Maximum number of cells of a frame's longer side in a sheet, unless the number of columns was
  /// requested.
  private static let sheetSide = 32
  /// A sheet has this many columns at first; more where the frames are narrow.
  private static let sheetColumnCount = 4
  /// The narrowest frame that a sheet of several columns has, unless their number was requested.
  private static let sheetWidth = 16
  /// Fewer cells a side would show nothing.
  private static let minimumSide = 4
  private static let gap = 2

  /// The layout of a sheet of frames.
  ///
  /// - Parameters:
  ///   - shape: The width and height of a frame, in pixels.
  ///   - frameCount: The number of frames, at least 1.
  ///   - columnCount: The requested number of frames side by side, which may be more than fit;
  ///     `nil` for a sheet of moderate length.
  ///   - terminalWidth: The terminal's columns.
  init(
    sheetOf shape: (width: Int, height: Int), frameCount: Int, columnCount requested: Int?,
    terminalWidth: Int
  ) {
    let longer = max(shape.width, shape.height)
    func fitting(_ width: Int) -> Int {
      max(1, min(frameCount, (terminalWidth + Self.gap) / (width + Self.gap)))
    }
    func slotWidth(_ columnCount: Int) -> Int {
      (terminalWidth + Self.gap) / columnCount - Self.gap
    }
    let first = min(
      requested ?? min(Self.sheetColumnCount, fitting(Self.sheetWidth)),
      fitting(Self.minimumSide))
    var block = requested == nil ? (longer + Self.sheetSide - 1) / Self.sheetSide : 1
    let largest = (longer + Self.minimumSide - 1) / Self.minimumSide
    while block < largest, (shape.width + block - 1) / block > slotWidth(first) { block += 1 }
    self.block = block
    columnCount = requested == nil ? fitting((shape.width + block - 1) / block) : first
    self.slotWidth = max(1, slotWidth(columnCount))
  }

  /// The layout of frames that are played, each with the whole terminal.
  ///
  /// - Parameters:
  ///   - shape: The width and height of a frame, in pixels.
  ///   - size: The terminal's columns and rows.
  init(playing shape: (width: Int, height: Int), in size: (columnCount: Int, rowCount: Int)) {
    // A character is two cells high. Three rows are reserved: caption, legend and cursor.
    func fits(_ block: Int) -> Bool {
      (shape.width + block - 1) / block <= size.columnCount
        && ((shape.height + block - 1) / block + 1) / 2 + 3 <= size.rowCount
    }
    let longer = max(shape.width, shape.height)
    var block = 1
    while block < (longer + Self.minimumSide - 1) / Self.minimumSide && !fits(block) { block += 1 }
    self.block = block
    columnCount = 1
    slotWidth = size.columnCount
  }
}
