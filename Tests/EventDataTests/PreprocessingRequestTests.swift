import EventData
import Testing

@Suite("A request for preprocessing")
struct PreprocessingRequestTests {
  private static let sensor = FrameShape(width: 41, height: 24)

  private func request(
    _ crop: PreprocessingRequest.Crop, _ downsampling: PreprocessingRequest.Downsampling
  ) -> PreprocessingRequest {
    var request = PreprocessingRequest()
    request.crop = crop
    request.downsampling = downsampling
    return request
  }

  @Test("is nothing where it changes nothing")
  func nothing() throws {
    #expect(try PreprocessingRequest().resolved(on: Self.sensor) == nil)
    for crop in [
      PreprocessingRequest.Crop.area(x: 0, y: 0, width: 41, height: 24),
      .center(width: 41, height: 24),
    ] {
      #expect(
        try request(crop, .size(width: 41, height: 24)).resolved(on: Self.sensor) == nil)
    }
  }

  @Test("takes the middle, and sizes that divide the area")
  func sizes() throws {
    let middle = try #require(
      try request(.center(width: 30, height: 20), .size(width: 10, height: 5))
        .resolved(on: Self.sensor))
    #expect(middle.origin == Preprocessing.Pixel(x: 5, y: 2))
    #expect(middle.frameShape == FrameShape(width: 10, height: 5) && middle.factor == (3, 4))
    #expect("\(middle)" == "30×20 pixels from (5, 2), 3×4 to one, 0 dropped")
  }

  @Test("is described in words, and turns exchange width and height")
  func description() throws {
    var request = request(.area(x: 1, y: 2, width: 30, height: 20), .factor(4))
    request.orientation = FrameOrientation(flipsX: true, rotation: .threeQuarters)
    request.timeFilters = TimeFilters(refractoryMicroseconds: 7, noiseMicroseconds: 8)
    request.hotPixelRate = 9
    let resolved = try #require(
      try request.resolved(on: Self.sensor, hotPixels: [Preprocessing.Pixel(x: 40, y: 23)]))
    #expect(resolved.frameShape == FrameShape(width: 5, height: 8))
    #expect(
      "\(resolved)"
        == "30×20 pixels from (1, 2), 4×4 to one, 1 dropped for over 9 events/s, "
        + "mirrored left to right, turned by 270°, refractory period 7 µs, noise filter 8 µs")
  }

  @Test(
    "must fit the sensor",
    arguments: [
      (.area(x: 41, y: 0, width: 1, height: 1), .factor(1), "1×1 from (41, 0)"),
      (.area(x: 0, y: 20, width: 1, height: 5), .factor(1), "1×5 from (0, 20)"),
      (.area(x: -1, y: 0, width: 1, height: 1), .factor(1), "1×1 from (-1, 0)"),
      (.area(x: 1, y: 1, width: .max, height: 1), .factor(1), "\(Int.max)×1 from (1, 1)"),
      (
        .center(width: 42, height: 1), .factor(1),
        "--crop: a middle of at most the sensor's 41×24 pixels expected, 42×1 found"
      ),
      (.center(width: 0, height: .min), .factor(1), "41×24 pixels expected, 0×\(Int.min) found"),
      (.none, .factor(25), "1 to 24 pixels to one expected for an area of 41×24, 25 found"),
      (.none, .factor(0), "1 to 24 pixels to one expected for an area of 41×24, 0 found"),
      (.none, .size(width: 20, height: 12), "the area of 41×24 pixels expected, 20×12 found"),
      (.none, .size(width: 0, height: -1), "the area of 41×24 pixels expected, 0×-1 found"),
    ] as [(PreprocessingRequest.Crop, PreprocessingRequest.Downsampling, String)])
  func misfits(
    crop: PreprocessingRequest.Crop, downsampling: PreprocessingRequest.Downsampling, text: String
  ) {
    let error = #expect(throws: PreprocessingRequest.Misfit.self) {
      try request(crop, downsampling).resolved(on: Self.sensor)
    }
    #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
  }
}
