extension FrameShape {
  /// The sensor of a known camera model, as in `DAVIS240C`; letters for a variant may follow the
  /// model's name.
  ///
  /// Source: libcaer, `devices/davis.h`, `devices/dvs128.h`, `devices/dvs132s.h` and
  /// `devices/dvxplorer.h`; cAER's source names.
  public init?(ofCamera name: String) {
    let sizes: [(prefix: String, width: Int, height: Int)] = [
      ("DVS128", 128, 128), ("DVS132S", 132, 104), ("DAVIS128", 128, 128), ("DAVIS208", 208, 192),
      ("DAVIS240", 240, 180), ("DAVIS346", 346, 260), ("DAVIS640", 640, 480),
      ("DVXPLORER_LITE", 320, 240), ("DVXPLORER", 640, 480),
    ]
    guard let size = sizes.first(where: { name.uppercased().hasPrefix($0.prefix) }) else {
      return nil
    }
    self.init(width: size.width, height: size.height)
  }

  /// The sensor in a recording's header: the size that it states, or that of the camera that it
  /// names; `nil` when it is missing or unknown, or there are several sources.
  public init?(namedIn header: RecordingHeader) {
    if let sensor = header.sensor {
      self = sensor
      return
    }
    guard header.sources.count == 1 else { return nil }
    self.init(ofCamera: header.sources[0])
  }
}
