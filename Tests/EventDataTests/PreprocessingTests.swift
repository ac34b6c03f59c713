import EventData
import Testing

@Suite("Preprocessing")
struct PreprocessingTests {
  private static let sensor = FrameShape(width: 40, height: 24)

  @Test("gives frames of the kept size divided by the factors, rounded up")
  func shape() throws {
    let pixel = Preprocessing.Pixel(x: 39, y: 23)
    let some = try Preprocessing(
      columns: 5..<40, rows: 0..<24, of: Self.sensor, factor: (2, 24), droppedPixels: [pixel])
    #expect(some.frameShape == FrameShape(width: 18, height: 1))
    #expect(some.origin == Preprocessing.Pixel(x: 5, y: 0) && some.droppedPixels == [pixel])
    let all = try Preprocessing(columns: 0..<40, rows: 0..<24, of: Self.sensor)
    #expect(all == Preprocessing(none: Self.sensor) && all.frameShape == Self.sensor)
  }

  @Test(
    "must fit the sensor",
    arguments: [
      (0..<41, 0..<24, 1, 1, 0, .area), (0..<40, 3..<25, 1, 1, 0, .area),
      (-1..<40, 0..<24, 1, 1, 0, .area), (7..<7, 0..<24, 1, 1, 0, .area),
      (0..<40, 24..<24, 1, 1, 0, .area), (50..<60, 0..<24, 1, 1, 0, .area),
      (0..<Int.max, 0..<24, 1, 1, 0, .area), (0..<40, 0..<24, 0, 1, 0, .factor),
      (0..<40, 0..<24, 1, -1, 0, .factor), (10..<20, 0..<24, 11, 1, 0, .factor),
      (0..<40, 10..<20, 1, 11, 0, .factor),
      (0..<40, 0..<24, 1, 1, 40, .pixel(Preprocessing.Pixel(x: 40, y: 1))),
      (0..<40, 0..<24, 1, 1, -1, .pixel(Preprocessing.Pixel(x: -1, y: 1))),
    ] as [(Range<Int>, Range<Int>, Int, Int, Int, Preprocessing.Misfit)])
  func misfits(
    columns: Range<Int>, rows: Range<Int>, factorX: Int, factorY: Int, x: Int,
    misfit: Preprocessing.Misfit
  ) {
    #expect(throws: misfit) {
      try Preprocessing(
        columns: columns, rows: rows, of: Self.sensor, factor: (factorX, factorY),
        droppedPixels: [Preprocessing.Pixel(x: x, y: 1)])
    }
  }
}
