extension Schedule {
    /// Rates that tell schedules apart: of 257 steps, spread evenly over the first `steps`.
    ///
    /// - Parameter total: the steps over which the schedule is spread.
    public func rates(overFirst steps: Int, of total: Int) -> [Double] {
        (0...256).map { rate(at: steps / 256 * $0, of: total) }
    }

    /// Whether rates depend on the steps over which the schedule is spread, as a cosine's do, and a constant one's do not.
    public var readsLength: Bool {
        let (short, long) = (100_000, 200_000)
        return rates(overFirst: long, of: short) != rates(overFirst: long, of: long)
    }
}
