import CHDF5
import HDF5
import Support
import SystemPackage
import Testing

@Suite("Files written by h5py")
struct ForeignFileTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  /// Reads everything below a group, and counts the objects and attributes.
  private func readAll(_ group: borrowing HDF5Group) throws -> Int {
    var count = 0
    for name in try group.names() {
      if let dataset = try? group.dataset(name) {
        let expected = dataset.elementCount
        #expect(try dataset.readFloats(maximumCount: 1 << 24).count == expected)
        #expect(try dataset.readDoubles(maximumCount: 1 << 24).count == expected)
      } else {
        let child = try group.group(name)
        count += try readAll(child)
      }
      count += 1
    }
    return count
  }

  @Test("every dataset of the golden files of networks and layers is read")
  func golden() throws {
    let names = try Fixtures.names(in: "net")
    #expect(names.count == 25)
    for name in names where name.hasSuffix(".h5") {
      let file = try HDF5File(opening: Fixtures.path("net/\(name)").string)
      #expect(try readAll(file.root) >= 4, "\(name)")
    }
  }

  @Test("attributes are read with their types: texts, numbers, booleans, lists of numbers")
  func attributes() throws {
    let file = try HDF5File(opening: Fixtures.path("net/net_plif_c8_adam.h5").string)
    #expect(try file.root.attributeValue("neuron") == .texts(["ParametricLIFNode"]))
    #expect(try file.root.attributeValue("neuron").text == "ParametricLIFNode")
    #expect(try file.root.attributeValue("step_mode").text == "m")
    #expect(try file.root.attributeValue("channels") == .integers([8]))
    #expect(try file.root.attributeValue("channels").integer == 8)
    #expect(try file.root.attributeValue("channels").number == 8)
    #expect(try file.root.attributeValue("tau") == .numbers([2]))
    #expect(try file.root.attributeValue("betas") == .numbers([0.9, 0.999]))
    #expect(try file.root.attributeValue("betas").number == nil)
    #expect(try file.root.attributeValue("detach_reset") == .flags([true]))
    let attached = try HDF5File(opening: Fixtures.path("net/plif_attach_soft.h5").string)
    #expect(try attached.root.attributeValue("detach_reset").flag == false)
    #expect(try attached.root.attributeValue("v_reset").text == "none")
    #expect(try attached.root.attributeValue("v_reset").number == nil)
  }

  @Test("attributes of fixed types, as in caches, are read without knowing their type")
  func ownAttributes() throws {
    let path = folder.file("own.h5").string
    do {
      let file = try HDF5File(creating: path)
      try file.root.setAttribute("word", "spike")
      try file.root.setAttribute("words", ["on", "off", ""])
      try file.root.setAttribute("number", UInt16(65_535))
      try file.root.setAttribute("negative", Int64.min)
    }
    let file = try HDF5File(opening: path)
    #expect(try file.root.attributeValue("word").text == "spike")
    #expect(try file.root.attributeValue("words") == .texts(["on", "off", ""]))
    #expect(try file.root.attributeValue("words").text == nil)
    #expect(try file.root.attributeValue("number").integer == 65_535)
    #expect(try file.root.attributeValue("negative").integer == .min)
  }

  @Test("a missing attribute is detected, and reading it is an error with its name")
  func missing() throws {
    let file = try HDF5File(opening: Fixtures.path("net/maxpool_ties.h5").string)
    let isPresent = file.root.hasAttribute("neuron")
    #expect(!isPresent)
    let error = #expect(throws: HDF5Error.self) { try file.root.attributeValue("neuron") }
    #expect(error?.description == "attribute neuron: the attribute is missing")
    let network = try HDF5File(opening: Fixtures.path("net/net_lif_c8_adam.h5").string)
    let found = [
      network.root.hasAttribute("neuron"), network.root.contains("dropout_mask1"),
      network.root.contains("dropout_mask3"),
    ]
    #expect(found == [true, true, false])
  }

  @Test("numbers are read bit for bit, and scalars as one number")
  func numbers() throws {
    let file = try HDF5File(opening: Fixtures.path("net/net_plif_c8_adam.h5").string)
    let weight = try file.root.group("init").dataset("conv1.weight")
    let extents = weight.extents
    #expect(extents == [8, 2, 3, 3])
    let weights = try weight.readFloats(maximumCount: 144)
    #expect(weights.prefix(3).map(\.bitPattern) == [1_037_685_534, 3_190_746_483, 3_194_295_648])
    #expect(weights.last?.bitPattern == 3_192_076_202)
    #expect(try weight.readDoubles(maximumCount: 144) == weights.map { Double($0) })
    let gradient = try file.root.group("step1").group("grad").dataset("lif1.w")
    let gradientExtents = gradient.extents
    #expect(gradientExtents == [])
    #expect(try gradient.readFloats(maximumCount: 1).map(\.bitPattern) == [3_132_540_092])
    let losses = try file.root.dataset("losses").readDoubles(maximumCount: 5)
    let expected = [
      0.12501893937587738, 0.12732955813407898, 0.10782196372747421, 0.11340908706188202,
      0.10933712124824524,
    ]
    #expect(losses == expected)
    #expect(try file.root.dataset("labels").read(as: Int64.self, maximumCount: 3) == [8, 5, 5])
    let mask = try file.root.dataset("dropout_mask2").readFloats(maximumCount: 96)
    #expect(mask.reduce(0, +) == 46 && mask.allSatisfy { $0 == 0 || $0 == 1 })
  }

  @Test("more numbers than allowed, and texts instead of numbers, are rejected")
  func rejected() throws {
    let file = try HDF5File(opening: Fixtures.path("net/net_plif_c8_adam.h5").string)
    let counts = try file.root.dataset("input_counts")
    #expect(throws: HDF5Error.self) {
      try counts.readFloats(maximumCount: 4 * 3 * 2 * 128 * 128 - 1)
    }
    let path = folder.file("text.h5").string
    do {
      let text = try HDF5File(creating: path)
      try text.root.writeDataset("names", ["a", "b"])
    }
    let text = try HDF5File(opening: path)
    let names = try text.root.dataset("names")
    let error = #expect(throws: HDF5Error.self) { try names.readDoubles(maximumCount: 2) }
    #expect(error?.description == "/names: numbers expected, another type found")
  }

  @Test("a link is not followed, which could lead to any file: not even to see what it leads to")
  func links() throws {
    let (path, other) = (folder.file("links.h5").string, folder.file("other.h5").string)
    for path in [path, other] {
      let file = try HDF5File(creating: path)
      try file.root.createGroup("group").writeScalar("number", 1)
    }
    do {
      // H5F_ACC_RDWR, a macro that Swift does not import.
      let file = unsafe H5Fopen(path, 1, hid_t(H5P_DEFAULT))
      try #require(file >= 0)
      // Safe: the calls read the names; the file is open.
      let results = unsafe [
        H5Lcreate_external(
          other, "/group", file, "external", hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT)),
        H5Lcreate_soft("/group", file, "soft", hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT)),
      ]
      H5Fclose(file)
      try #require(results == [0, 0])
    }
    func message(
      _ action: (borrowing HDF5Group) throws(HDF5Error) -> Void
    ) -> String {
      do throws(HDF5Error) {
        let file = try HDF5File(opening: path)
        try action(file.root)
        return ""
      } catch { return error.description }
    }
    let own = message { root throws(HDF5Error) in
      guard try root.isGroup("group") else { throw HDF5Error("/group", "not a group") }
    }
    #expect(own == "")
    for name in ["external", "soft"] {
      let expected = "/\(name): an object in the file expected, a soft or external link found"
      #expect(
        message { root throws(HDF5Error) in _ = try root.isGroup(name) } == expected)
      #expect(message { root throws(HDF5Error) in _ = try root.group(name) } == expected)
      #expect(message { root throws(HDF5Error) in _ = try root.dataset(name) } == expected)
    }
  }

  @Test("a file truncated anywhere is rejected")
  func truncated() throws {
    let bytes = try Fixtures.bytes("net/maxpool_ties.h5")
    for count in stride(from: 0, to: bytes.count, by: 509) + [bytes.count - 1] {
      let path = try folder.write(Array(bytes.prefix(count)), to: "cut.h5")
      #expect(throws: HDF5Error.self, "\(count) bytes") { _ = try HDF5File(opening: path.string) }
    }
  }
}
