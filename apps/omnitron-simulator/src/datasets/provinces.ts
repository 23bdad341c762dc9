type Province = readonly [pk: number, name: string, longitude: string, latitude: string, townships: string];

/**
 * Türkiye's 81 provinces with their 973 townships. Only Bursa's pk is its plate code, so that nobody takes one for the
 * other unnoticed.
 */
export const provinces: readonly Province[] = [
  [
    19,
    'Adana',
    '35.32130000',
    '37.00000000',
    'Aladağ, Ceyhan, Çukurova, Feke, İmamoğlu, Karaisalı, Karataş, Kozan, Pozantı, Saimbeyli, Sarıçam, Seyhan, ' +
      'Tufanbeyli, Yumurtalık, Yüreğir',
  ],
  [
    20,
    'Adıyaman',
    '38.27860000',
    '37.76480000',
    'Merkez, Besni, Çelikhan, Gerger, Gölbaşı, Kâhta, Samsat, Sincik, Tut',
  ],
  [
    21,
    'Afyonkarahisar',
    '30.54330000',
    '38.76380000',
    'Merkez, Başmakçı, Bayat, Bolvadin, Çay, Çobanlar, Dazkırı, Dinar, Emirdağ, Evciler, Hocalar, İhsaniye, ' +
      'İscehisar, Kızılören, Sandıklı, Sinanpaşa, Sultandağı, Şuhut',
  ],
  [22, 'Ağrı', '43.05030000', '39.71910000', 'Merkez, Diyadin, Doğubayazıt, Eleşkirt, Hamur, Patnos, Taşlıçay, Tutak'],
  [
    23,
    'Aksaray',
    '34.02900000',
    '38.37260000',
    'Merkez, Ağaçören, Eskil, Gülağaç, Güzelyurt, Ortaköy, Sarıyahşi, Sultanhanı',
  ],
  [24, 'Amasya', '35.83530000', '40.64990000', 'Merkez, Göynücek, Gümüşhacıköy, Hamamözü, Merzifon, Suluova, Taşova'],
  [
    25,
    'Ankara',
    '32.85970000',
    '39.93340000',
    'Akyurt, Altındağ, Ayaş, Balâ, Beypazarı, Çamlıdere, Çankaya, Çubuk, Elmadağ, Etimesgut, Evren, Gölbaşı, ' +
      'Güdül, Haymana, Kahramankazan, Kalecik, Keçiören, Kızılcahamam, Mamak, Nallıhan, Polatlı, Pursaklar, ' +
      'Sincan, Şereflikoçhisar, Yenimahalle',
  ],
  [
    26,
    'Antalya',
    '30.71330000',
    '36.89690000',
    'Akseki, Aksu, Alanya, Demre, Döşemealtı, Elmalı, Finike, Gazipaşa, Gündoğmuş, İbradı, Kaş, Kemer, Kepez, ' +
      'Konyaaltı, Korkuteli, Kumluca, Manavgat, Muratpaşa, Serik',
  ],
  [27, 'Ardahan', '42.70220000', '41.11050000', 'Merkez, Çıldır, Damal, Göle, Hanak, Posof'],
  [
    28,
    'Artvin',
    '41.81830000',
    '41.18280000',
    'Merkez, Ardanuç, Arhavi, Borçka, Hopa, Kemalpaşa, Murgul, Şavşat, Yusufeli',
  ],
  [
    29,
    'Aydın',
    '27.84160000',
    '37.85600000',
    'Bozdoğan, Buharkent, Çine, Didim, Efeler, Germencik, İncirliova, Karacasu, Karpuzlu, Koçarlı, Köşk, ' +
      'Kuşadası, Kuyucak, Nazilli, Söke, Sultanhisar, Yenipazar',
  ],
  [
    30,
    'Balıkesir',
    '27.88260000',
    '39.64840000',
    'Altıeylül, Ayvalık, Balya, Bandırma, Bigadiç, Burhaniye, Dursunbey, Edremit, Erdek, Gömeç, Gönen, Havran, ' +
      'İvrindi, Karesi, Kepsut, Manyas, Marmara, Savaştepe, Sındırgı, Susurluk',
  ],
  [31, 'Bartın', '32.33750000', '41.63440000', 'Merkez, Amasra, Kurucaşile, Ulus'],
  [32, 'Batman', '41.12910000', '37.88120000', 'Merkez, Beşiri, Gercüş, Hasankeyf, Kozluk, Sason'],
  [33, 'Bayburt', '40.22490000', '40.25520000', 'Merkez, Aydıntepe, Demirözü'],
  [
    34,
    'Bilecik',
    '29.97930000',
    '40.14190000',
    'Merkez, Bozüyük, Gölpazarı, İnhisar, Osmaneli, Pazaryeri, Söğüt, Yenipazar',
  ],
  [35, 'Bingöl', '40.49660000', '38.88550000', 'Merkez, Adaklı, Genç, Karlıova, Kiğı, Solhan, Yayladere, Yedisu'],
  [36, 'Bitlis', '42.10950000', '38.40060000', 'Merkez, Adilcevaz, Ahlat, Güroymak, Hizan, Mutki, Tatvan'],
  [
    37,
    'Bolu',
    '31.60890000',
    '40.73500000',
    'Merkez, Dörtdivan, Gerede, Göynük, Kıbrıscık, Mengen, Mudurnu, Seben, Yeniçağa',
  ],
  [
    38,
    'Burdur',
    '30.29080000',
    '37.72030000',
    'Merkez, Ağlasun, Altınyayla, Bucak, Çavdır, Çeltikçi, Gölhisar, Karamanlı, Kemer, Tefenni, Yeşilova',
  ],
  [
    16,
    'Bursa',
    '29.06100000',
    '40.18260000',
    'Büyükorhan, Gemlik, Gürsu, Harmancık, İnegöl, İznik, Karacabey, Keles, Kestel, Mudanya, Mustafakemalpaşa, ' +
      'Nilüfer, Orhaneli, Orhangazi, Osmangazi, Yenişehir, Yıldırım',
  ],
  [
    39,
    'Çanakkale',
    '26.41420000',
    '40.15530000',
    'Merkez, Ayvacık, Bayramiç, Biga, Bozcaada, Çan, Eceabat, Ezine, Gelibolu, Gökçeada, Lapseki, Yenice',
  ],
  [
    40,
    'Çankırı',
    '33.61340000',
    '40.60130000',
    'Merkez, Atkaracalar, Bayramören, Çerkeş, Eldivan, Ilgaz, Kızılırmak, Korgun, Kurşunlu, Orta, Şabanözü, Yapraklı',
  ],
  [
    44,
    'Çorum',
    '34.95560000',
    '40.55060000',
    'Merkez, Alaca, Bayat, Boğazkale, Dodurga, İskilip, Kargı, Laçin, Mecitözü, Oğuzlar, Ortaköy, Osmancık, ' +
      'Sungurlu, Uğurludağ',
  ],
  [
    45,
    'Denizli',
    '29.08640000',
    '37.77650000',
    'Acıpayam, Babadağ, Baklan, Bekilli, Beyağaç, Bozkurt, Buldan, Çal, Çameli, Çardak, Çivril, Güney, Honaz, ' +
      'Kale, Merkezefendi, Pamukkale, Sarayköy, Serinhisar, Tavas',
  ],
  [
    18,
    'Diyarbakır',
    '40.23060000',
    '37.91440000',
    'Bağlar, Bismil, Çermik, Çınar, Çüngüş, Dicle, Eğil, Ergani, Hani, Hazro, Kayapınar, Kocaköy, Kulp, Lice, ' +
      'Silvan, Sur, Yenişehir',
  ],
  [
    46,
    'Düzce',
    '31.15650000',
    '40.84380000',
    'Merkez, Akçakoca, Cumayeri, Çilimli, Gölyaka, Gümüşova, Kaynaşlı, Yığılca',
  ],
  [
    47,
    'Edirne',
    '26.56230000',
    '41.68180000',
    'Merkez, Enez, Havsa, İpsala, Keşan, Lalapaşa, Meriç, Süloğlu, Uzunköprü',
  ],
  [
    48,
    'Elazığ',
    '39.22640000',
    '38.67480000',
    'Merkez, Ağın, Alacakaya, Arıcak, Baskil, Karakoçan, Keban, Kovancılar, Maden, Palu, Sivrice',
  ],
  [
    49,
    'Erzincan',
    '39.49080000',
    '39.75000000',
    'Merkez, Çayırlı, İliç, Kemah, Kemaliye, Otlukbeli, Refahiye, Tercan, Üzümlü',
  ],
  [
    50,
    'Erzurum',
    '41.27690000',
    '39.90430000',
    'Aşkale, Aziziye, Çat, Hınıs, Horasan, İspir, Karaçoban, Karayazı, Köprüköy, Narman, Oltu, Olur, ' +
      'Palandöken, Pasinler, Pazaryolu, Şenkaya, Tekman, Tortum, Uzundere, Yakutiye',
  ],
  [
    51,
    'Eskişehir',
    '30.52060000',
    '39.77670000',
    'Alpu, Beylikova, Çifteler, Günyüzü, Han, İnönü, Mahmudiye, Mihalgazi, Mihalıççık, Odunpazarı, Sarıcakaya, ' +
      'Seyitgazi, Sivrihisar, Tepebaşı',
  ],
  [
    52,
    'Gaziantep',
    '37.38330000',
    '37.06620000',
    'Araban, İslahiye, Karkamış, Nizip, Nurdağı, Oğuzeli, Şahinbey, Şehitkamil, Yavuzeli',
  ],
  [
    53,
    'Giresun',
    '38.38950000',
    '40.91280000',
    'Merkez, Alucra, Bulancak, Çamoluk, Çanakçı, Dereli, Doğankent, Espiye, Eynesil, Görele, Güce, Keşap, ' +
      'Piraziz, Şebinkarahisar, Tirebolu, Yağlıdere',
  ],
  [54, 'Gümüşhane', '39.48140000', '40.46030000', 'Merkez, Kelkit, Köse, Kürtün, Şiran, Torul'],
  [55, 'Hakkâri', '43.74080000', '37.57440000', 'Merkez, Çukurca, Derecik, Şemdinli, Yüksekova'],
  [
    56,
    'Hatay',
    '36.15720000',
    '36.20230000',
    'Altınözü, Antakya, Arsuz, Belen, Defne, Dörtyol, Erzin, Hassa, İskenderun, Kırıkhan, Kumlu, Payas, ' +
      'Reyhanlı, Samandağ, Yayladağı',
  ],
  [43, 'Iğdır', '44.04500000', '39.92370000', 'Merkez, Aralık, Karakoyunlu, Tuzluca'],
  [
    57,
    'Isparta',
    '30.55660000',
    '37.76480000',
    'Merkez, Aksu, Atabey, Eğirdir, Gelendost, Gönen, Keçiborlu, Senirkent, Sütçüler, Şarkikaraağaç, Uluborlu, ' +
      'Yalvaç, Yenişarbademli',
  ],
  [
    41,
    'İstanbul',
    '28.97840000',
    '41.00820000',
    'Adalar, Arnavutköy, Ataşehir, Avcılar, Bağcılar, Bahçelievler, Bakırköy, Başakşehir, Bayrampaşa, ' +
      'Beşiktaş, Beykoz, Beylikdüzü, Beyoğlu, Büyükçekmece, Çatalca, Çekmeköy, Esenler, Esenyurt, Eyüpsultan, ' +
      'Fatih, Gaziosmanpaşa, Güngören, Kadıköy, Kâğıthane, Kartal, Küçükçekmece, Maltepe, Pendik, Sancaktepe, ' +
      'Sarıyer, Silivri, Sultanbeyli, Sultangazi, Şile, Şişli, Tuzla, Ümraniye, Üsküdar, Zeytinburnu',
  ],
  [
    42,
    'İzmir',
    '27.14280000',
    '38.42370000',
    'Aliağa, Balçova, Bayındır, Bayraklı, Bergama, Beydağ, Bornova, Buca, Çeşme, Çiğli, Dikili, Foça, ' +
      'Gaziemir, Güzelbahçe, Karabağlar, Karaburun, Karşıyaka, Kemalpaşa, Kınık, Kiraz, Konak, Menderes, ' +
      'Menemen, Narlıdere, Ödemiş, Seferihisar, Selçuk, Tire, Torbalı, Urla',
  ],
  [
    58,
    'Kahramanmaraş',
    '36.92280000',
    '37.57530000',
    'Afşin, Andırın, Çağlayancerit, Dulkadiroğlu, Ekinözü, Elbistan, Göksun, Nurhak, Onikişubat, Pazarcık, Türkoğlu',
  ],
  [59, 'Karabük', '32.62040000', '41.20610000', 'Merkez, Eflani, Eskipazar, Ovacık, Safranbolu, Yenice'],
  [60, 'Karaman', '33.22870000', '37.18110000', 'Merkez, Ayrancı, Başyayla, Ermenek, Kazımkarabekir, Sarıveliler'],
  [61, 'Kars', '43.09750000', '40.60130000', 'Merkez, Akyaka, Arpaçay, Digor, Kağızman, Sarıkamış, Selim, Susuz'],
  [
    62,
    'Kastamonu',
    '33.77530000',
    '41.38870000',
    'Merkez, Abana, Ağlı, Araç, Azdavay, Bozkurt, Cide, Çatalzeytin, Daday, Devrekani, Doğanyurt, Hanönü, ' +
      'İhsangazi, İnebolu, Küre, Pınarbaşı, Seydiler, Şenpazar, Taşköprü, Tosya',
  ],
  [
    63,
    'Kayseri',
    '35.47870000',
    '38.73120000',
    'Akkışla, Bünyan, Develi, Felahiye, Hacılar, İncesu, Kocasinan, Melikgazi, Özvatan, Pınarbaşı, Sarıoğlan, ' +
      'Sarız, Talas, Tomarza, Yahyalı, Yeşilhisar',
  ],
  [
    64,
    'Kırıkkale',
    '33.51530000',
    '39.84680000',
    'Merkez, Bahşılı, Balışeyh, Çelebi, Delice, Karakeçili, Keskin, Sulakyurt, Yahşihan',
  ],
  [
    65,
    'Kırklareli',
    '27.22520000',
    '41.73330000',
    'Merkez, Babaeski, Demirköy, Kofçaz, Lüleburgaz, Pehlivanköy, Pınarhisar, Vize',
  ],
  [66, 'Kırşehir', '34.17090000', '39.14250000', 'Merkez, Akçakent, Akpınar, Boztepe, Çiçekdağı, Kaman, Mucur'],
  [67, 'Kilis', '37.12120000', '36.71840000', 'Merkez, Elbeyli, Musabeyli, Polateli'],
  [
    68,
    'Kocaeli',
    '29.91690000',
    '40.76540000',
    'Başiskele, Çayırova, Darıca, Derince, Dilovası, Gebze, Gölcük, İzmit, Kandıra, Karamürsel, Kartepe, Körfez',
  ],
  [
    69,
    'Konya',
    '32.48460000',
    '37.87460000',
    'Ahırlı, Akören, Akşehir, Altınekin, Beyşehir, Bozkır, Cihanbeyli, Çeltik, Çumra, Derbent, Derebucak, ' +
      'Doğanhisar, Emirgazi, Ereğli, Güneysınır, Hadim, Halkapınar, Hüyük, Ilgın, Kadınhanı, Karapınar, Karatay, ' +
      'Kulu, Meram, Sarayönü, Selçuklu, Seydişehir, Taşkent, Tuzlukçu, Yalıhüyük, Yunak',
  ],
  [
    70,
    'Kütahya',
    '29.98330000',
    '39.41670000',
    'Merkez, Altıntaş, Aslanapa, Çavdarhisar, Domaniç, Dumlupınar, Emet, Gediz, Hisarcık, Pazarlar, Simav, ' +
      'Şaphane, Tavşanlı',
  ],
  [
    71,
    'Malatya',
    '38.30950000',
    '38.35520000',
    'Akçadağ, Arapgir, Arguvan, Battalgazi, Darende, Doğanşehir, Doğanyol, Hekimhan, Kale, Kuluncak, Pütürge, ' +
      'Yazıhan, Yeşilyurt',
  ],
  [
    72,
    'Manisa',
    '27.42890000',
    '38.61910000',
    'Ahmetli, Akhisar, Alaşehir, Demirci, Gölmarmara, Gördes, Kırkağaç, Köprübaşı, Kula, Salihli, Sarıgöl, ' +
      'Saruhanlı, Selendi, Soma, Şehzadeler, Turgutlu, Yunusemre',
  ],
  [
    73,
    'Mardin',
    '40.72450000',
    '37.32120000',
    'Artuklu, Dargeçit, Derik, Kızıltepe, Mazıdağı, Midyat, Nusaybin, Ömerli, Savur, Yeşilli',
  ],
  [
    74,
    'Mersin',
    '34.64150000',
    '36.81210000',
    'Akdeniz, Anamur, Aydıncık, Bozyazı, Çamlıyayla, Erdemli, Gülnar, Mezitli, Mut, Silifke, Tarsus, Toroslar, ' +
      'Yenişehir',
  ],
  [
    75,
    'Muğla',
    '28.36360000',
    '37.21530000',
    'Bodrum, Dalaman, Datça, Fethiye, Kavaklıdere, Köyceğiz, Marmaris, Menteşe, Milas, Ortaca, Seydikemer, ' +
      'Ula, Yatağan',
  ],
  [76, 'Muş', '41.49100000', '38.73460000', 'Merkez, Bulanık, Hasköy, Korkut, Malazgirt, Varto'],
  [
    77,
    'Nevşehir',
    '34.71420000',
    '38.62440000',
    'Merkez, Acıgöl, Avanos, Derinkuyu, Gülşehir, Hacıbektaş, Kozaklı, Ürgüp',
  ],
  [78, 'Niğde', '34.67930000', '37.96670000', 'Merkez, Altunhisar, Bor, Çamardı, Çiftlik, Ulukışla'],
  [
    79,
    'Ordu',
    '37.87640000',
    '40.98390000',
    'Akkuş, Altınordu, Aybastı, Çamaş, Çatalpınar, Çaybaşı, Fatsa, Gölköy, Gülyalı, Gürgentepe, İkizce, ' +
      'Kabadüz, Kabataş, Korgan, Kumru, Mesudiye, Perşembe, Ulubey, Ünye',
  ],
  [98, 'Osmaniye', '36.24780000', '37.07420000', 'Merkez, Bahçe, Düziçi, Hasanbeyli, Kadirli, Sumbas, Toprakkale'],
  [
    81,
    'Rize',
    '40.52340000',
    '41.02010000',
    'Merkez, Ardeşen, Çamlıhemşin, Çayeli, Derepazarı, Fındıklı, Güneysu, Hemşin, İkizdere, İyidere, Kalkandere, Pazar',
  ],
  [
    82,
    'Sakarya',
    '30.40330000',
    '40.75690000',
    'Adapazarı, Akyazı, Arifiye, Erenler, Ferizli, Geyve, Hendek, Karapürçek, Karasu, Kaynarca, Kocaali, ' +
      'Pamukova, Sapanca, Serdivan, Söğütlü, Taraklı',
  ],
  [
    83,
    'Samsun',
    '36.33000000',
    '41.28670000',
    '19 Mayıs, Alaçam, Asarcık, Atakum, Ayvacık, Bafra, Canik, Çarşamba, Havza, İlkadım, Kavak, Ladik, ' +
      'Salıpazarı, Tekkeköy, Terme, Vezirköprü, Yakakent',
  ],
  [84, 'Siirt', '41.94590000', '37.93330000', 'Merkez, Baykan, Eruh, Kurtalan, Pervari, Şirvan, Tillo'],
  [
    85,
    'Sinop',
    '35.15310000',
    '42.02310000',
    'Merkez, Ayancık, Boyabat, Dikmen, Durağan, Erfelek, Gerze, Saraydüzü, Türkeli',
  ],
  [
    86,
    'Sivas',
    '37.01790000',
    '39.74770000',
    'Merkez, Akıncılar, Altınyayla, Divriği, Doğanşar, Gemerek, Gölova, Gürün, Hafik, İmranlı, Kangal, ' +
      'Koyulhisar, Suşehri, Şarkışla, Ulaş, Yıldızeli, Zara',
  ],
  [
    87,
    'Şanlıurfa',
    '38.79550000',
    '37.15910000',
    'Akçakale, Birecik, Bozova, Ceylanpınar, Eyyübiye, Halfeti, Haliliye, Harran, Hilvan, Karaköprü, Siverek, ' +
      'Suruç, Viranşehir',
  ],
  [88, 'Şırnak', '42.49180000', '37.51640000', 'Merkez, Beytüşşebap, Cizre, Güçlükonak, İdil, Silopi, Uludere'],
  [
    89,
    'Tekirdağ',
    '27.51150000',
    '40.97810000',
    'Çerkezköy, Çorlu, Ergene, Hayrabolu, Kapaklı, Malkara, Marmaraereğlisi, Muratlı, Saray, Süleymanpaşa, Şarköy',
  ],
  [
    90,
    'Tokat',
    '36.55440000',
    '40.31670000',
    'Merkez, Almus, Artova, Başçiftlik, Erbaa, Niksar, Pazar, Reşadiye, Sulusaray, Turhal, Yeşilyurt, Zile',
  ],
  [
    91,
    'Trabzon',
    '39.71680000',
    '41.00150000',
    'Akçaabat, Araklı, Arsin, Beşikdüzü, Çarşıbaşı, Çaykara, Dernekpazarı, Düzköy, Hayrat, Köprübaşı, Maçka, ' +
      'Of, Ortahisar, Sürmene, Şalpazarı, Tonya, Vakfıkebir, Yomra',
  ],
  [
    92,
    'Tunceli',
    '39.54010000',
    '39.10790000',
    'Merkez, Çemişgezek, Hozat, Mazgirt, Nazımiye, Ovacık, Pertek, Pülümür',
  ],
  [93, 'Uşak', '29.40820000', '38.68230000', 'Merkez, Banaz, Eşme, Karahallı, Sivaslı, Ulubey'],
  [
    94,
    'Van',
    '43.38000000',
    '38.48910000',
    'Bahçesaray, Başkale, Çaldıran, Çatak, Edremit, Erciş, Gevaş, Gürpınar, İpekyolu, Muradiye, Özalp, Saray, Tuşba',
  ],
  [95, 'Yalova', '29.27690000', '40.65000000', 'Merkez, Altınova, Armutlu, Çınarcık, Çiftlikköy, Termal'],
  [
    96,
    'Yozgat',
    '34.81470000',
    '39.81810000',
    'Merkez, Akdağmadeni, Aydıncık, Boğazlıyan, Çandır, Çayıralan, Çekerek, Kadışehri, Saraykent, Sarıkaya, ' +
      'Sorgun, Şefaatli, Yenifakılı, Yerköy',
  ],
  [97, 'Zonguldak', '31.79870000', '41.45640000', 'Merkez, Alaplı, Çaycuma, Devrek, Ereğli, Gökçebey, Kilimli, Kozlu'],
];
