/** Common names of neighbourhoods. */
export const familiarNames: readonly string[] = words(`
  Cumhuriyet, Hürriyet, İstiklal, İnönü, Atatürk, Gazi, Fatih, Kanuni, Yavuz Selim, Mimar Sinan, Barbaros, Fevzi Çakmak,
  Kâzım Karabekir, İsmet Paşa, Mevlana, Yunus Emre, Hacı Bayram, Akşemsettin, Mehmet Akif Ersoy, Namık Kemal,
  Ziya Gökalp, Tevfik Fikret, Dede Korkut, Turgut Özal, Adnan Menderes, Zafer, Kurtuluş, Bağımsızlık, Milli Egemenlik,
  Barış, Kardeşler, Dostluk, Huzur, Güven, Özgürlük, Ülkü, Umut, Ufuk, Uğur, Emek, Eğitim, Işık, Işıklar, Işıklı,
  Işıkkent, Ilıca, Ilıcalar, Irmak, Irmakboyu, Ihlamur, Ihlamurlu, Ilgın, Islahhane, Ispartakule, İhsaniye, İncirli,
  İncirlik, İncilipınar, İskele, İstasyon, İpek, İpekyolu, İkizler, İkizevler, İmaret, İçmeler, İğdeli, İsmetiye,
  İbrahimpaşa, İlkbahar, Yıldız, Yıldızlar, Yıldırım, Yıldırım Beyazıt, Aydınlar, Aydınlıkevler, Bahçelievler,
  Yenimahalle, Yeni, Merkez, Çarşı, Orta, Aşağı, Yukarı, Camiikebir, Camiicedit, Ulucami, Kale, Kaleiçi, Hisar,
  Hisariçi, Saray, Köprübaşı, Değirmenönü, Çeşmebaşı, Pınarbaşı, Kaynarca, Hamamönü, Uzunçarşı, Kılıçarslan, Alparslan,
  Ertuğrulgazi, Osmangazi, Orhangazi, Selçuklu, Karacaoğlan, Battalgazi, Sultan Alaaddin, Hıdırlık, Hıdırellez, Kırklar,
  Kıbrıs Şehitleri, Şehitler, Şehit Kubilay, Şirinevler, Şirinyer, Şeker, Şafak, Şelale, Şükriye, Çamlık, Çamlıca,
  Çamlıyol, Çınar, Çınarlı, Çınaraltı, Çiçek, Çiftlik, Çayır, Çalışkanlar, Gül, Gülbahçe, Güneş, Güneşli, Gündoğdu,
  Günaydın, Göktürk, Göllüce, Gümüşpala, Güzelyurt, Güzelyalı, Kavaklı, Kızılay, Kızılırmak, Kırlangıç, Kıyıcık,
  Balıkçılar, Bağlar, Bağlarbaşı, Başak, Bıldırcın, Tınaztepe, Sığırcık, Sırapınar, Sahil, Liman, Yalı, Yayla, Yaylacık,
  Yeşilyurt, Yeşilova, Yeşilvadi, Esentepe, Esenler, Esenyurt, Ergenekon, Öğretmenevleri, Ömer Halisdemir, Örnek,
  Üniversite, Üçevler, Üçpınar, Ümitköy, Sanayi, Siteler, TOKİ, Fidanlık, Dörtyol`);

const stems = words(`
  Ak, Kara, Kızıl, Sarı, Gök, Yeşil, Boz, Ala, Taş, Demir, Gümüş, Altın, Çam, Çınar, Kavak, Söğüt, Ceviz, Elma, Armut,
  Kiraz, İncir, İğde, Ihlamur, Kızılcık, Zeytin, Üzüm, Çiçek, Gül, Lale, Menekşe, Güneş, Ay, Yıldız, Işık, Irmak, Ilıca,
  Deniz, Kaynar, Şahin, Doğan, Kartal, Keklik, Turna, Kuş, Balık, Arslan, Koç, Ceylan, Çoban, Değirmen, Yeni, Eski,
  Büyük, Küçük, Uzun, Güzel, İnci, İpek, İkiz, Üç, Beş, Yedi, Kırk, Aydın, Sıra, Tınaz, Kılıç, Kır, Yaz, Kış, Çayır,
  Şeker, Şirin, Bey, Paşa, Hacı`);

const endings = words(`
  tepe, dere, pınar, köy, kaya, taş, yurt, ova, su, göl, bağ, kent, konak, hisar, kale, ören, oluk, çayır, burun, yazı,
  yaka, alan, bel, dağ, evler, kuyu, bulak, orman, bahçe, ağıl, harman, köprü, saray, ırmak, ılıca, kışla, sırt,
  çeşme`);

/** Names of villages and newer neighbourhoods: Akpınar, Kızıltepe, Işıkkaya, İncirdere, … */
export const compoundNames: readonly string[] = stems
  .flatMap((stem) => endings.filter((ending) => ending !== stem.toLocaleLowerCase('tr')).map((ending) => stem + ending))
  .filter((name) => !familiarNames.includes(name));

function words(text: string): readonly string[] {
  return text.trim().split(/,\s+/);
}
