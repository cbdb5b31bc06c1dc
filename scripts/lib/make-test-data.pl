#!/usr/bin/perl
# Writes a small MNIST-like data set: seven-segment digits, shifted, of varying ink, with noise. Same bytes always.
# Usage: make-test-data.pl FOLDER [TRAIN_COUNT [TEST_COUNT]]     (default 600 and 203; Perl's base modules only)
use strict;
use warnings;

my ($folder, @counts) = @ARGV;
die "Usage: make-test-data.pl FOLDER [TRAIN_COUNT [TEST_COUNT]]\n" unless defined $folder;
my %count = (train => $counts[0] // 600, t10k => $counts[1] // 203);

#   0: top, 1: upper left, 2: upper right, 3: middle, 4: lower left, 5: lower right, 6: bottom
my @segments = ([0,1,2,4,5,6], [2,5], [0,2,3,4,6], [0,2,3,5,6], [1,2,3,5],
                [0,1,3,5,6], [0,1,3,4,5,6], [0,2,5], [0..6], [0,1,2,3,5,6]);
my @boxes = ([2,0,8,2], [0,2,2,7], [8,2,2,7], [2,8,8,2], [0,10,2,7], [8,10,2,7], [2,17,8,2]);    # x y w h

my $state = 20240229;
sub random {    # 0 .. n - 1, from a 31-bit linear congruential generator: exact in any Perl
    my ($n) = @_;
    $state = ($state * 1103515245 + 12345) % 2147483648;
    return int($state / 65536) % $n;
}

sub image {
    my ($digit) = @_;
    my @pixels = map { random(24) } 1 .. 784;
    my ($left, $top, $ink) = (4 + random(10), 2 + random(6), 150 + random(80));
    for my $box (map { $boxes[$_] } @{$segments[$digit]}) {
        my ($x, $y, $w, $h) = @$box;
        for my $row ($top + $y .. $top + $y + $h - 1) {
            $pixels[28 * $row + $_] = $ink + random(25) for $left + $x .. $left + $x + $w - 1;
        }
    }
    return pack 'C784', @pixels;
}

sub publish {
    my ($name, $bytes) = @_;
    open my $file, '>:raw', "$folder/$name" or die "$folder/$name: $!\n";
    print $file $bytes;
    close $file or die "$folder/$name: $!\n";
}

for my $set ('train', 't10k') {
    my @labels = map { random(10) } 1 .. $count{$set};
    publish("$set-images-idx3-ubyte", pack('N4', 2051, scalar @labels, 28, 28) . join '', map { image($_) } @labels);
    publish("$set-labels-idx1-ubyte", pack('N2C*', 2049, scalar @labels, @labels));
}
