/// Body, clothes and habits of a subject, the same under every lighting.
///
/// Lengths and positions are in pixels of the image. The ranges are chosen to resemble the
/// recording of user01; they are not measured over the subjects.
struct Person: Equatable, Sendable {
  /// The size relative to a person of medium size.
  let scale: Double
  /// The point between the shoulders when the person stands still.
  let chest: Vector
  /// The distance of a shoulder from the middle of the chest.
  let shoulderHalfWidth: Double
  /// Length of the upper arm and of the forearm.
  let upperArmLength: Double
  let forearmLength: Double
  /// The fraction of an elbow's bend that is visible in the image; the rest points at the camera.
  let elbowBend: Double
  /// Whether the left hand leads: strums, and swings more.
  let isLeftHanded: Bool
  /// The amplitude of the other hand relative to the leading one.
  let otherHandAmplitude: Double
  /// A factor on the usual frequency of the gestures.
  let tempo: Double
  /// A factor on the usual width of the movements.
  let amplitude: Double
  /// The period of the body's sway in seconds, and its amplitude in pixels.
  let swaySeconds: Double
  let swayPixels: Double
  /// How this subject performs each gesture.
  let style: GestureStyle
  /// The edges of the body's parts, in the order of ``BodyPart``.
  let edges: [EdgeCloud]

  /// Creates the person with a given number among those of a seed.
  init(seed: UInt64, subject: Int) {
    var random = Xoshiro256StarStar(
      seed: seed, purpose: .person, UInt64(truncatingIfNeeded: subject))
    let scale = random.uniform(in: 0.84...1.14)
    self.scale = scale
    chest = Vector(x: random.uniform(in: 56...72), y: random.uniform(in: 64...76))
    shoulderHalfWidth = scale * random.uniform(in: 15...19)
    upperArmLength = scale * random.uniform(in: 22...26)
    forearmLength = scale * random.uniform(in: 20...24)
    elbowBend = random.uniform(in: 0.4...0.8)
    isLeftHanded = random.chance(0.12)
    otherHandAmplitude = random.uniform(in: 0.7...1)
    tempo = random.uniform(in: 0.8...1.25)
    amplitude = random.uniform(in: 0.8...1.2)
    swaySeconds = random.uniform(in: 2.5...5)
    swayPixels = random.uniform(in: 0.3...0.9)
    style = GestureStyle(random: &random)
    let wardrobe = Wardrobe(random: &random)
    edges = BodyPart.all.map { part in
      EdgeCloud(of: part, scale: scale, wardrobe: wardrobe, random: &random)
    }
  }
}
