/// How many threads a block has, as the kernels say.
enum LaunchSizes {
  static let packThreads = 256
  static let plainThreads = 256
  static let plainSide = 64
  static let productThreads = 256
  static let productRows = 128
  static let productColumns = 128
  static let weightThreads = 128
  static let weightTile = 64
  static let weightTaps = 3
  static let momentThreads = 256
  static let momentChannels = 128
  static let finishThreads = 256
  static let finishChannels = 4
  static let stageThreads = 128
  static let shortSteps = 16
  static let elementThreads = 256
  static let countThreads = 192
  static let warp = 32
  static let tileRows = 16
  static let tileColumns = 32

  /// Blocks of a product on tensor cores.
  static func productGrid(rows: Int, columns: Int) -> (Int, Int, Int) {
    ((rows + productRows - 1) / productRows, (columns + productColumns - 1) / productColumns, 1)
  }

  /// Blocks of a product without tensor cores.
  static func plainGrid(rows: Int, columns: Int) -> (Int, Int, Int) {
    ((rows + plainSide - 1) / plainSide, (columns + plainSide - 1) / plainSide, 1)
  }

  /// Blocks for so many elements, of which each thread takes several where there are many.
  static func blocks(_ count: Int, threads: Int) -> Int {
    max(1, min(1024, (count + threads - 1) / threads))
  }
}
