import Testing

@testable import Train

@Suite("The processor's name")
struct ProcessorNameTests {
  private static let intel = """
    processor\t: 0
    vendor_id\t: GenuineIntel
    cpu family\t: 6
    model\t\t: 143
    model name\t: Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz
    stepping\t: 8
    flags\t\t: fpu vme avx512_bf16

    processor\t: 1
    vendor_id\t: GenuineIntel
    model name\t: another

    """
  private static let amd = """
    processor\t: 0
    vendor_id\t: AuthenticAMD
    model\t\t: 1
    model name\t: AMD EPYC 7B13
    """
  /// An ARM server: the kernel reports only numbers.
  private static let arm = """
    processor\t: 0
    BogoMIPS\t: 50.00
    Features\t: fp asimd evtstrm aes
    CPU implementer\t: 0x41
    CPU architecture: 8
    CPU part\t: 0xd0c

    """

  @Test(
    "is the first in the text, and unknown if there is none",
    arguments: [
      (intel, "Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz"), (amd, "AMD EPYC 7B13"),
      (arm, "unknown"), ("", "unknown"), ("model name", "unknown"), ("model name\t: \n", "unknown"),
      ("model name: a: b", "a: b"), ("old model name: a", "unknown"),
    ])
  func name(text: String, expected: String) {
    #expect(ProcessorName(inCPUInformation: text).text == expected)
  }

  @Test("of this machine is one line of text")
  func current() {
    let text = ProcessorName.ofThisMachine.text
    #expect(!text.isEmpty && !text.contains("\n"))
  }
}
