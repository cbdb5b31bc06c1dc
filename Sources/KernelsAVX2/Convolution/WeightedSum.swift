import KernelTypes

/// Sums `target[targets[i]...] += Σ value · source[offset...]`, each over terms of its own, one after the other, begun as
/// `start` says.
///
/// - Parameters:
///   - ends: where each target's terms end; they begin where those of the target before end, or at
///     `firstTerm`.
///   - sourceRun, targetRun: floats from one run of vectors to the next.
struct WeightedSums {
    var targets: UnsafePointer<Int32>
    var ends: UnsafePointer<Int32>
    var count: Int
    var terms: UnsafePointer<WeightedOffset>
    var firstTerm = 0
    var source: Floats
    var sourceRun: Int
    var target: Floats
    var targetRun: Int
    var start = ChainStart.goesOn
}

/// Adds `sums` over `runs` runs of `vectors` vectors: at most twelve in all, which stay in registers; one run of up to
/// twelve vectors, or up to five runs.
func addWeighted(_ sums: WeightedSums, runs: Int, vectors: Int) {
    switch (runs, vectors) {
    case (1, 1): add(InlineArray<1, InlineArray<1, Lanes>>.self, sums)
    case (2, 1): add(InlineArray<2, InlineArray<1, Lanes>>.self, sums)
    case (3, 1): add(InlineArray<3, InlineArray<1, Lanes>>.self, sums)
    case (4, 1): add(InlineArray<4, InlineArray<1, Lanes>>.self, sums)
    case (5, 1): add(InlineArray<5, InlineArray<1, Lanes>>.self, sums)
    case (1, 2): add(InlineArray<1, InlineArray<2, Lanes>>.self, sums)
    case (2, 2): add(InlineArray<2, InlineArray<2, Lanes>>.self, sums)
    case (3, 2): add(InlineArray<3, InlineArray<2, Lanes>>.self, sums)
    case (4, 2): add(InlineArray<4, InlineArray<2, Lanes>>.self, sums)
    case (5, 2): add(InlineArray<5, InlineArray<2, Lanes>>.self, sums)
    case (1, 3): add(InlineArray<1, InlineArray<3, Lanes>>.self, sums)
    case (2, 3): add(InlineArray<2, InlineArray<3, Lanes>>.self, sums)
    case (3, 3): add(InlineArray<3, InlineArray<3, Lanes>>.self, sums)
    case (4, 3): add(InlineArray<4, InlineArray<3, Lanes>>.self, sums)
    case (1, 4): add(InlineArray<1, InlineArray<4, Lanes>>.self, sums)
    case (2, 4): add(InlineArray<2, InlineArray<4, Lanes>>.self, sums)
    case (3, 4): add(InlineArray<3, InlineArray<4, Lanes>>.self, sums)
    case (1, 5): add(InlineArray<1, InlineArray<5, Lanes>>.self, sums)
    case (2, 5): add(InlineArray<2, InlineArray<5, Lanes>>.self, sums)
    case (1, 6): add(InlineArray<1, InlineArray<6, Lanes>>.self, sums)
    case (2, 6): add(InlineArray<2, InlineArray<6, Lanes>>.self, sums)
    case (1, 7): add(InlineArray<1, InlineArray<7, Lanes>>.self, sums)
    case (1, 8): add(InlineArray<1, InlineArray<8, Lanes>>.self, sums)
    case (1, 9): add(InlineArray<1, InlineArray<9, Lanes>>.self, sums)
    case (1, 10): add(InlineArray<1, InlineArray<10, Lanes>>.self, sums)
    case (1, 11): add(InlineArray<1, InlineArray<11, Lanes>>.self, sums)
    case (1, 12): add(InlineArray<1, InlineArray<12, Lanes>>.self, sums)
    default: preconditionFailure("a block of \(runs) runs of \(vectors) vectors does not fit the registers")
    }
}

/// As `addWeighted` over runs of up to eight floats.
func addWeightedShort(_ sums: WeightedSums, runs: Int) {
    switch runs {
    case 1: add(InlineArray<1, InlineArray<1, SIMD8<Float>>>.self, sums)
    case 2: add(InlineArray<2, InlineArray<1, SIMD8<Float>>>.self, sums)
    case 3: add(InlineArray<3, InlineArray<1, SIMD8<Float>>>.self, sums)
    case 4: add(InlineArray<4, InlineArray<1, SIMD8<Float>>>.self, sums)
    case 5: add(InlineArray<5, InlineArray<1, SIMD8<Float>>>.self, sums)
    default: preconditionFailure("\(runs) short runs do not fit the registers")
    }
}

private func add<let runs: Int, let vectors: Int, Vector: SIMD>(
    _: InlineArray<runs, InlineArray<vectors, Vector>>.Type, _ sums: WeightedSums
) where Vector.Scalar == Float {
    let width = Vector.scalarCount
    var term = sums.firstTerm
    for index in 0..<sums.count {
        let target = sums.target + Int(sums.targets[index])
        var block = InlineArray<runs, InlineArray<vectors, Vector>>(
            repeating: InlineArray<vectors, Vector>(repeating: .zero))
        if sums.start == .goesOn {
            for run in 0..<runs {
                for at in 0..<vectors { block[run][at] = target.vector(run * sums.targetRun + at * width) }
            }
        }
        let end = Int(sums.ends[index])
        while term < end {
            let window = sums.source + Int(sums.terms[term].offset)
            let value = Vector(repeating: sums.terms[term].value)
            for run in 0..<runs {
                for at in 0..<vectors {
                    block[run][at] = block[run][at].addingProduct(
                        value, window.vector(run * sums.sourceRun + at * width))
                }
            }
            term += 1
        }
        if sums.start == .apart {
            for run in 0..<runs {
                for at in 0..<vectors { block[run][at] += target.vector(run * sums.targetRun + at * width) }
            }
        }
        for run in 0..<runs {
            for at in 0..<vectors { target.store(block[run][at], run * sums.targetRun + at * width) }
        }
    }
}
