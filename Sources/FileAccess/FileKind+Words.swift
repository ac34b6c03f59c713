extension FileKind: CustomStringConvertible {
  /// The kind with its article, as in `a tar archive`.
  public var description: String {
    switch self {
    case .empty: "an empty file"
    case .folder: "a folder"
    case .aedat(let version): "an AEDAT \(version) recording"
    case .prophesee: "a Prophesee recording"
    case .eventText: "a text of events"
    case .rosbag: "a ROS bag"
    case .matlab: "a MATLAB file"
    case .hdf5: "an HDF5 file (frame cache or graph of NIR)"
    case .safetensors: "a safetensors file (checkpoint)"
    case .torch: "a PyTorch file (torch.save)"
    case .pickle: "a Python pickle"
    case .eventArrays: "a recording in NumPy arrays"
    case .npz: "a file of NumPy arrays (.npz)"
    case .npy: "a NumPy array (.npy)"
    case .foreignArchive(let name), .compressed(let name): name
    case .tar: "a tar archive"
    case .html: "an HTML page"
    case .gitLFSPointer: "a Git LFS pointer"
    case .labels: "a label file"
    case .recordingList: "a list of recordings"
    case .text: "a text file"
    case .other: "other data"
    }
  }

  /// Whether it is a recording that is read.
  public var isRecording: Bool {
    switch self {
    case .aedat(let version): ["2.0", "3.1", "4.0"].contains(version)
    case .prophesee, .eventText, .eventArrays: true
    default: false
    }
  }

  /// Whether it contains files, or may contain an archive.
  public var isArchive: Bool {
    switch self {
    case .tar, .compressed, .foreignArchive: true
    default: false
    }
  }

  /// What a text has to be for its events to be read.
  public static let eventTextRule = "the first line of numbers has to be t, x, y, p"

  /// Whether the first bytes name a format, rather than leave it open.
  public var isNamed: Bool {
    switch self {
    case .empty, .text, .other: false
    default: true
    }
  }

  /// What a file of this kind is for, or how to get the file that was meant; `nil` if unknown.
  public var advice: String? {
    switch self {
    case .empty: "copy or download it again"
    case .aedat where isRecording, .prophesee, .eventText, .eventArrays:
      "'dvsprep view' shows it, 'dvstrain predict' takes it after the checkpoint, and 'dvsprep "
        + "convert' takes folders of them (train/CLASS/, test/CLASS/, or with a labels.csv)"
    case .aedat(version: "1.0"): "AEDAT 2.0, 3.1 and 4.0 are read; jAER opens it and logs AEDAT 2.0"
    case .aedat: "AEDAT 2.0, 3.1 and 4.0 are read; iniVation's DV converts others to AEDAT 4.0"
    case .rosbag:
      "the Python package rosbags reads it; as text with 't x y p' a line its events are taken"
    case .matlab:
      "in Python, scipy.io.loadmat reads it; as text with 't x y p' a line its events are taken"
    case .hdf5:
      "'dvsprep inspect' and 'dvstrain -data_dir' take frame caches, 'dvstrain eval', 'predict', "
        + "'import' and -init graphs"
    case .safetensors: "'dvstrain eval', 'dvstrain predict' and -init take checkpoints"
    case .torch: "'dvstrain eval', 'predict', 'import' and -init take its weights"
    case .pickle:
      "if PyTorch before 1.6 saved it, torch.save in a newer one makes a file that 'dvstrain import' takes"
    case .npz, .npy:
      "'dvsprep import' makes a frame cache of a folder of frames, and 'dvsprep convert' of recordings"
    case .foreignArchive: "unpack it"
    case .tar, .compressed: "'dvsprep convert' takes archives of DVS128 Gesture"
    case .html:
      "perhaps a page to sign in, in place of the download: download the file itself"
    case .gitLFSPointer: "'git lfs pull' fetches the file itself"
    case .labels: "it belongs beside its recording, which is what to name"
    case .recordingList: "'dvsprep convert' takes its folder"
    case .folder: "'dvsprep info' shows what is in it"
    case .text, .other: nil
    }
  }

  /// The message for a file of this kind in place of another.
  ///
  /// - Parameter expected: What was expected, with its article.
  public func inPlace(of expected: String) -> String {
    "\(expected) expected, \(self) found" + (advice.map { ": \($0)" } ?? "")
  }
}
