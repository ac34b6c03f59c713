internal import CDVSKernels
internal import SpikingNetwork

/// Batch norm, neurons and pooling: the part of a stage after its convolution.
///
/// It is computed window by window, each over all time steps.
struct PoolingWindows: Sendable {
  let shape: StageShape
  let neuron: dvsk_neuron
  let norm: NormFactors
  /// Whether the next window in the row is prefetched.
  ///
  /// This helps if the values come from memory and not from a cache.
  let prefetches: Bool
  let isa: dvsk_isa
  /// Zeros `[C]`: the pooled gradient of pixels outside every window.
  private let zeroGradient: Buffer<Float>

  init(
    shape: StageShape, neuron: dvsk_neuron, norm: NormFactors, prefetches: Bool, isa: dvsk_isa
  ) {
    self.shape = shape
    self.neuron = neuron
    self.norm = norm
    self.prefetches = prefetches
    self.isa = isa
    zeroGradient = Buffer(count: shape.paddedCount)
    zeroGradient.fill(0)
  }

  /// A pooling window, whose sites become one pixel.
  struct Window {
    let sample: Int
    /// The row of the pooled pixel.
    let row: Int
    /// The column of the pooled pixel.
    let column: Int
  }

  /// Elements from the input's address to the values `[T, C]` of each site.
  ///
  /// A window of one site uses only the first offset.
  typealias SiteOffsets = (Int, Int, Int, Int)

  /// The offsets of a window's sites in values `[H, W, T, C]` that begin at row `firstRow`.
  func siteOffsets(_ window: Window, firstRow: Int) -> SiteOffsets {
    let edge = shape.windowEdge
    let upper =
      ((edge * window.row - firstRow) * shape.width + edge * window.column)
      * shape.pixelValueCount
    let lower = upper + shape.width * shape.pixelValueCount
    return (upper, upper + shape.pixelValueCount, lower, lower + shape.pixelValueCount)
  }

  /// The offsets of the sites in the values of a single window, `[sites, T, C]`.
  var consecutiveOffsets: SiteOffsets {
    (0, shape.pixelValueCount, 2 * shape.pixelValueCount, 3 * shape.pixelValueCount)
  }

  /// Runs a window's forward pass and writes its pooled bits.
  ///
  /// - Parameters:
  ///   - pooled: The batch's bits `[N, T, h, w, bit planes, words]`.
  ///   - counts: The number of spikes of each channel is added to these.
  @unsafe func forward(
    _ window: Window, _ input: UnsafePointer<Float>, _ offsets: SiteOffsets,
    into pooled: Buffer<UInt64>, counts: UnsafeMutablePointer<Int32>
  ) {
    let first =
      window.sample * shape.stepCount * shape.pooledStepWordCount
      + (window.row * shape.pooledWidth + window.column) * shape.bitPlaneCount * shape.wordCount
    let extent =
      (shape.stepCount - 1) * shape.pooledStepWordCount + shape.bitPlaneCount * shape.wordCount
    // Safe: the window's words at all time steps are within the buffer; a word is four units of 16
    // bits.
    unsafe pooled.address(first, count: extent).withMemoryRebound(
      to: UInt16.self, capacity: 4 * extent
    ) { bits in
      unsafe forward(kernelWindow(offsets), input, bits: bits, counts: counts)
    }
  }

  /// Memory for the bits of a pixel outside every window, which are never read.
  func discardedBits() -> Buffer<UInt16> { Buffer(count: shape.paddedCount / 16) }

  /// Runs the neurons of a pixel outside every window, only to count their spikes.
  @unsafe func forwardDropped(
    _ input: UnsafePointer<Float>, into discarded: Buffer<UInt16>,
    counts: UnsafeMutablePointer<Int32>
  ) {
    // Safe: all time steps write the same units, with one bit for each channel.
    unsafe forward(
      droppedWindow, input, bits: discarded.address(count: discarded.count), counts: counts)
  }

  /// Runs a window's backward pass.
  ///
  /// - Parameters:
  ///   - gradient: The pooled gradient, and where to write the results.
  ///   - scratch: `[T, sites, 16]`.
  @unsafe func backward(
    _ input: UnsafePointer<Float>, _ offsets: SiteOffsets, _ gradient: dvsk_window_gradient,
    scratch: UnsafeMutablePointer<Float>
  ) {
    unsafe backward(kernelWindow(offsets), input, gradient, scratch: scratch)
  }

  /// Runs the backward pass of a pixel outside every window.
  ///
  /// Its spikes have no gradient, but batch norm's statistics depend on its input.
  @unsafe func backwardDropped(
    _ input: UnsafePointer<Float>, _ gradient: dvsk_window_gradient,
    scratch: UnsafeMutablePointer<Float>
  ) {
    var gradient = unsafe gradient
    // Safe: all time steps read the same zeros.
    unsafe gradient.pooled = unsafe UnsafePointer(zeroGradient.address(count: zeroGradient.count))
    unsafe gradient.pooled_step_stride = 0
    unsafe backward(droppedWindow, input, gradient, scratch: scratch)
  }

  @unsafe private func forward(
    _ window: dvsk_window, _ input: UnsafePointer<Float>, bits: UnsafeMutablePointer<UInt16>,
    counts: UnsafeMutablePointer<Int32>
  ) {
    unsafe withUnsafePointer(to: neuron) { neuron in
      unsafe withUnsafePointer(to: window) { window in
        unsafe dvsk_window_forward(
          isa, neuron, window, input, norm.scale.address(count: norm.count),
          norm.shift.address(count: norm.count), bits, counts)
      }
    }
  }

  @unsafe private func backward(
    _ window: dvsk_window, _ input: UnsafePointer<Float>, _ gradient: dvsk_window_gradient,
    scratch: UnsafeMutablePointer<Float>
  ) {
    unsafe withUnsafePointer(to: neuron) { neuron in
      unsafe withUnsafePointer(to: window) { window in
        unsafe withUnsafePointer(to: gradient) { gradient in
          unsafe dvsk_window_backward(
            isa, neuron, window, input, norm.scale.address(count: norm.count),
            norm.shift.address(count: norm.count), gradient, scratch)
        }
      }
    }
  }

  private func kernelWindow(_ offsets: SiteOffsets) -> dvsk_window {
    dvsk_window(
      step_count: shape.stepCount, channel_count: shape.paddedCount, site_count: shape.siteCount,
      site_offset: offsets, next_offset: prefetches ? shape.windowEdge * shape.pixelValueCount : 0,
      norm_stride: normStride, bit_plane_count: shape.bitPlaneCount,
      bits_step_stride: 4 * shape.pooledStepWordCount, bit_plane_stride: 4 * shape.wordCount)
  }

  /// A window of one pixel, all of whose time steps write their bits to the same memory.
  private var droppedWindow: dvsk_window {
    dvsk_window(
      step_count: shape.stepCount, channel_count: shape.paddedCount, site_count: 1,
      site_offset: (0, 0, 0, 0), next_offset: 0, norm_stride: normStride, bit_plane_count: 1,
      bits_step_stride: 0, bit_plane_stride: 0)
  }

  private var normStride: Int { norm.groupCount == 1 ? 0 : shape.paddedCount }
}
