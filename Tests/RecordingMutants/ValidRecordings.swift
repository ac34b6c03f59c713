import ClassFolders
import Support

/// The small valid recordings of a format, from which mutants are made.
struct ValidRecordings: Sendable {
  /// The format's name in options.
  let format: String
  /// Files in `Fixtures`.
  let files: [String]
  /// The data set in whose way they are read; `nil` if their content alone decides.
  let dataSet: DataSetKind?

  /// - Parameter hasRuns: Whether the format is read in runs: then the longer files with the same
  ///   names in `runs/` are used, too.
  private init(
    format: String, in folder: String = "formats", files: [String], dataSet: DataSetKind? = nil,
    hasRuns: Bool = false
  ) {
    self.format = format
    let folders = [folder] + (hasRuns ? ["runs"] : [])
    self.files = folders.flatMap { folder in files.map { "\(folder)/\($0)" } }
    self.dataSet = dataSet
  }

  /// The files' suffixes.
  var suffixes: [String] { files.map(Self.suffix) }

  /// The suffix of a file's name.
  static func suffix(_ file: String) -> String {
    file.split(separator: ".").last.map(String.init) ?? ""
  }

  /// All formats.
  static let all = [
    Self(format: "evt2", files: ["faery_evt2.raw"], hasRuns: true),
    Self(format: "evt21", files: ["script_evt21.raw", "script_evt21_legacy.raw"]),
    Self(format: "evt3", files: ["faery_evt3.raw"]),
    Self(
      format: "dat", files: ["faery_dat1.dat", "faery_dat2.dat", "expelliarmus_dat2.dat"],
      hasRuns: true),
    Self(
      format: "aedat2", files: ["script_dvs128.aedat", "script_davis240.aedat"], hasRuns: true),
    Self(
      format: "cifar10dvs", in: "cifar10-dvs/cat", files: ["cifar10_cat_5.aedat"],
      dataSet: .cifar10DVS),
    Self(format: "aedat3", in: "cases", files: ["clock_reset_in_window.aedat"]),
    Self(format: "aedat3-sources", files: ["script_two_cameras.aedat"]),
    Self(format: "atis", in: "nmnist/Train/0", files: ["00001.bin"]),
    Self(
      format: "aedat4", files: ["dv_none.aedat4", "dv_lz4.aedat4", "dv_zstd.aedat4"],
      hasRuns: true),
    Self(format: "npy", files: ["numpy_records.npy", "numpy_aligned.npy"], hasRuns: true),
    Self(
      format: "npz", files: ["numpy_stored.npz", "numpy_deflated.npz", "numpy_label_first.npz"],
      hasRuns: true),
    Self(format: "text", files: ["events.txt", "seconds.txt"]),
  ]
}
