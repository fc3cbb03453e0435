//! Words that stand beside names of people and places, for judging and for metadata.

use super::tokens::word;

/// Hashes of words, as tokens have them; a text of several words has that of no token.
pub(super) const fn hashes<const N: usize>(words: &[&str; N]) -> [u32; N] {
    let (mut hashes, mut i) = ([0; N], 0);
    while i < N {
        hashes[i] = word(words[i]);
        i += 1;
    }
    hashes
}

/// Countries that datelines name behind a place in capitals, as Malay papers do: `KOTA, Negara -`.
pub const COUNTRIES: [&str; 37] = [
    "afghanistan",
    "amerika syarikat",
    "arab saudi",
    "argentina",
    "australia",
    "bangladesh",
    "brazil",
    "britain",
    "canada",
    "china",
    "colombia",
    "filipina",
    "guatemala",
    "india",
    "indonesia",
    "iran",
    "iraq",
    "itali",
    "jepun",
    "jerman",
    "kemboja",
    "mesir",
    "mexico",
    "myanmar",
    "nepal",
    "pakistan",
    "perancis",
    "rusia",
    "sepanyol",
    "switzerland",
    "syria",
    "thailand",
    "turki",
    "ukraine",
    "vietnam",
    "yaman",
    "yunani",
];

/// What people are, as the first word of what is said of them behind their names. Sorted.
pub const ROLES: [&str; 41] = [
    "adun",
    "ahli",
    "aktivis",
    "alumni",
    "alumnus",
    "anggota",
    "bekas",
    "direktur",
    "dosen",
    "exco",
    "felo",
    "guru",
    "ketua",
    "kolumnis",
    "koordinator",
    "mahasiswa",
    "mantan",
    "menteri",
    "naib",
    "pegawai",
    "peguam",
    "pelajar",
    "pemerhati",
    "penasihat",
    "peneliti",
    "pengajar",
    "pengamal",
    "pengamat",
    "penganalisis",
    "pengarah",
    "pengasas",
    "pengerusi",
    "pengurus",
    "pensyarah",
    "penulis",
    "penyelidik",
    "presiden",
    "setiausaha",
    "timbalan",
    "wakil",
    "wartawan",
];
